"""Which retry rule a failed run follows, and what the rule says; whatever is wrong with it, there is an answer."""

from __future__ import annotations

import inspect
import logging
from datetime import timedelta

from django_workflow_engine import conf, registry
from django_workflow_engine.actions.results import error_text, log_raised
from django_workflow_engine.actions.retry_rules import Doubling, FailedAttempt, Registration, find
from django_workflow_engine.models import ActionRun

logger = logging.getLogger(__name__)


def wait_after(run: ActionRun, error: str) -> timedelta | None:
    """How long the run waits for another attempt after this error, or None for none; raises nothing.

    The rule is looked up at this moment, like the function: a run whose rule is gone follows the default.
    """
    failed = FailedAttempt(
        number=run.attempts,
        error=error,
        function_path=run.function_path,
        action_type=run.action_type,
        parameters=run.parameters,
        created_at=run.created_at,
    )
    rule = _rule_of(run)
    if rule is not None:
        try:
            return rule.delay_after(failed)
        except BaseException as raised:  # the rule is the project's and may raise anything: the failure is kept
            message = "Retry rule %r gave no answer for action run %s; the built-in one counts"
            log_raised(logger.error, raised, message, rule.name, run.pk)
    return Doubling().delay_after(failed)


def _rule_of(run: ActionRun) -> Registration | None:
    """The rule that the function asks for, else the project's; None, and a line in the log, where neither is there."""
    for name in (registry.retry_of(run.function_path), conf.action_retry_rule()):
        rule = find(name)
        if rule is not None:
            return rule
        if name:
            logger.error("%r is no retry rule; action run %s follows the default", name, run.pk)
    return None


def registration_problem(registration: Registration) -> str | None:
    """Why what was registered cannot be used, or None. The rule is made, and not asked: it computes from real runs."""
    if not (isinstance(registration.name, str) and registration.name.isidentifier()):
        return "has a name that is no identifier"
    if find(registration.name) is not registration:
        return "has a name that is taken already"
    try:
        method = registration.rule().delay_after
        inspect.signature(method).bind(None)
    except Exception as raised:  # the class is the project's and may raise anything
        return f"cannot be used: {error_text(raised)}"
    return "has an asynchronous `delay_after`" if inspect.iscoroutinefunction(method) else None
