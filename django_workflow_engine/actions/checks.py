"""What is wrong with the settings about actions."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from django_workflow_engine import conf, registry
from django_workflow_engine.actions.configured import entry_problem
from django_workflow_engine.actions.outbox import RUNNERS
from django_workflow_engine.actions.retries import registration_problem
from django_workflow_engine.actions.retry_rules import find, registrations


def action_settings() -> Iterator[CheckMessage]:
    """A message for each setting about actions that could not work."""
    yield from _runner()
    yield from _configured()
    yield from _mail()
    yield from _retry_rules()
    yield from _followed_rules()


def _runner() -> Iterator[CheckMessage]:
    runner = conf.action_runner()
    if runner not in tuple(RUNNERS):  # a tuple takes what cannot be hashed, too
        yield Error(
            f"DJANGO_WORKFLOW_ENGINE['ACTION_RUNNER'] is {runner!r}, which is no runner.",
            hint=f"Write one of: {', '.join(RUNNERS)}.",
            id=f"{conf.APP}.E020",
        )
    elif runner == "celery" and find_spec("celery") is None:
        yield Error(
            "DJANGO_WORKFLOW_ENGINE['ACTION_RUNNER'] is 'celery', but Celery is not installed.",
            hint="Install the extra: gql-workflows-engine[celery].",
            id=f"{conf.APP}.E021",
        )


def _configured() -> Iterator[CheckMessage]:
    listed = getattr(settings, "WORKFLOW_ACTIONS_CONFIG", None) or ()
    if not isinstance(listed, list | tuple):
        listed = [listed]
    for index, entry in enumerate(listed):
        problem = _problem(entry)
        if problem is not None:
            yield Error(
                f"WORKFLOW_ACTIONS_CONFIG[{index}] {problem}.",
                hint="Each entry is {'action_type': 'after_approve', 'function_path': 'shop.workflow_actions.notify', "
                "'order': 1, 'parameters': {}, 'is_active': True}; the last three may be left out.",
                id=f"{conf.APP}.E023",
            )


def _problem(entry: Any) -> str | None:
    """Why an entry cannot be used, or None."""
    problem = entry_problem(entry)
    if problem is not None:
        return problem
    path = entry["function_path"]
    if not _is_function(path):
        return f"has the function_path {path!r}, which names no function"
    if not registry.takes_an_event(import_string(path)):
        return f"has the function_path {path!r}, a function that needs what no event has"
    return None


def _mail() -> Iterator[CheckMessage]:
    path = conf.send_email_function()
    if path is not None and not _is_function(path):
        yield Error(
            f"WORKFLOW_SEND_EMAIL_FUNCTION is {path!r}, which names no function.",
            hint="Write the dotted path of a function that takes name, email, subject, context and user.",
            id=f"{conf.APP}.E024",
        )
    disabled = getattr(settings, "WORKFLOW_DISABLE_EMAILS", False)
    if not isinstance(disabled, bool):  # the text "False" would count as True
        yield Error(f"WORKFLOW_DISABLE_EMAILS is {disabled!r}.", hint="Write True or False.", id=f"{conf.APP}.E025")


def _retry_rules() -> Iterator[CheckMessage]:
    """What is registered as a retry rule and cannot be one."""
    for registration in registrations():
        problem = registration_problem(registration)
        if problem is not None:
            yield Error(
                f"The retry rule {registration.name!r} {problem}.",
                hint="Register a subclass of RetryRule under an identifier of its own, with the parameters that its "
                "constructor needs; `delay_after` computes a timedelta or None.",
                id=f"{conf.APP}.E026",
            )


def _followed_rules() -> Iterator[CheckMessage]:
    """Names of retry rules that nobody registered."""
    followers = [("DJANGO_WORKFLOW_ENGINE['ACTION_RETRY_RULE']", conf.action_retry_rule())]
    followers += [(f"The action {action.path}", action.retry) for action in registry.registered_actions()]
    for follower, name in followers:
        if name != "" and find(name) is None:
            known = ", ".join(sorted({str(registration.name) for registration in registrations()}))
            yield Error(
                f"{follower} names the retry rule {name!r}, which is not registered.",
                hint=f"Write one of: {known}; or register a class with `retry_rule` in a module that is imported at "
                "start-up.",
                id=f"{conf.APP}.E027",
            )


def _is_function(path: Any) -> bool:
    try:
        return isinstance(path, str) and callable(import_string(path))
    except (ImportError, AttributeError, ValueError):
        return False
