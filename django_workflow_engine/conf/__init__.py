"""Settings, typed and read at the moment of use, so that `override_settings` works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta, tzinfo
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Model
from django.utils.timezone import get_default_timezone

from django_workflow_engine import shapes
from django_workflow_engine.conf import beside, engine
from django_workflow_engine.conf.beside import BESIDE
from django_workflow_engine.conf.engine import ENGINE

Value = TypeVar("Value")

APP: Final = "django_workflow_engine"
DISCOVERY_SETTING: Final = "APPROVAL_HANDLER_DISCOVERY_FUNCTION"
DISCOVERY_FUNCTION: Final = "django_workflow_engine.handlers.get_handler_for_instance"
_NO_MODEL: Final = ""  # the label that no model has

OPTIONS: Final[Mapping[str, Any]] = {name: option.default for name, option in ENGINE.options.items()}

given = ENGINE.given
given_options = ENGINE.written


def _model(label: str | None) -> type[Model] | None:
    """The installed model of a label in the settings; None where there is none, which a system check tells."""
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None


def label_of(model: type[Model]) -> str:
    """The model's app_label.ModelName in lower case: how every setting that names models is read."""
    return model._meta.label.lower()


def labels_of(model: type[Model]) -> tuple[str, ...]:
    """The labels by which a setting names the model: its own, and for a proxy that of the model whose rows it shows."""
    return tuple(dict.fromkeys(label_of(named) for named in (model, model._meta.concrete_model) if named is not None))


def said_of(model: type[Model], by_label: Mapping[str, Value]) -> Value | None:
    """What a setting says of the model, itself first; None where it says nothing."""
    return next((by_label[label] for label in labels_of(model) if label in by_label), None)


def find_model(label: str) -> type[Model] | None:
    """The installed model of this label in any case, or None; by the app's own table, however many models there are."""
    app_label, _dot, name = label.lower().rpartition(".")
    configs = (config for config in apps.get_app_configs() if config.label.lower() == app_label)
    found = next((config.models[name] for config in configs if name in config.models), None)
    return None if found is None or found._meta.auto_created or found._meta.swapped else found


def enabled_models() -> frozenset[str]:
    """The model labels that take workflows, in lower case; empty means every model.

    What names no model enables none: a setting that cannot be used does not open every model.
    """
    written = given_options().get("ENABLED_MODELS", ())
    listed = written if shapes.is_list(written) else (None,)
    return frozenset(label.lower() if isinstance(label, str) else _NO_MODEL for label in listed)


def is_listed(model: type[Model]) -> bool:
    """Whether ENABLED_MODELS names the model, or the one whose rows it shows."""
    return not enabled_models().isdisjoint(labels_of(model))


@dataclass(frozen=True, kw_only=True)
class AutoStart:
    """What AUTO_START_WORKFLOWS says of one model: the workflow, and the Django field lookups that must all hold."""

    workflow_slug: str
    conditions: Mapping[str, Any]


def workflow_mappings() -> Mapping[str, tuple[str, ...]]:
    """The slugs of the workflows that each mapped model takes, by its label in lower case.

    A model whose slugs cannot be used takes none.
    """
    usable = {label: slugs if shapes.is_texts(slugs) else () for label, slugs in _by_label("MODEL_WORKFLOW_MAPPINGS")}
    return {label: tuple(slugs) for label, slugs in usable.items()}


def auto_starts() -> Mapping[str, AutoStart]:
    """What starts when a row of a model is created, by the model's label in lower case; rules that can be used."""
    return {
        label: AutoStart(workflow_slug=rule["workflow_slug"], conditions=rule.get("conditions") or {})
        for label, rule in _by_label("AUTO_START_WORKFLOWS")
        if shapes.is_auto_start(rule)
    }


def condition_fields(model: type[Model]) -> tuple[str, ...]:
    """The dotted paths that conditions may look at beside the model's own fields; none where they are no paths."""
    return tuple(said_of(model, all_condition_fields()) or ())


def all_condition_fields() -> Mapping[str, Sequence[str]]:
    """The same by the model's label in lower case."""
    return {label: tuple(paths) for label, paths in _by_label("CONDITION_FIELDS") if shapes.is_paths(paths)}


def unusable_auto_starts() -> Mapping[str, Any]:
    """The rules of AUTO_START_WORKFLOWS that are none, by the model's label in lower case."""
    return {label: rule for label, rule in _by_label("AUTO_START_WORKFLOWS") if not shapes.is_auto_start(rule)}


def _by_label(name: str) -> Iterator[tuple[str, Any]]:
    """What an option says of each model, by its label in lower case: one wrong entry leaves the others."""
    written = given_options().get(name, {})
    for label, value in written.items() if isinstance(written, Mapping) else ():
        if isinstance(label, str):
            yield label.lower(), value


def default_status_field() -> str:
    """The status field of a model that is registered without naming one; empty means none."""
    return ENGINE.read(engine.DEFAULT_STATUS_FIELD)


def department_model() -> type[Model] | None:
    """The model that pipelines name as their department, or None."""
    return _model(ENGINE.read(engine.DEPARTMENT_MODEL))


def role_model() -> type[Model] | None:
    """The model whose rows are roles, or None where the project has none."""
    return _model(BESIDE.read(beside.APPROVAL_ROLE_MODEL))


def form_model() -> type[Model] | None:
    """The model whose rows are forms, or None where the project has none."""
    return _model(BESIDE.read(beside.APPROVAL_DYNAMIC_FORM_MODEL))


def form_schema_fields() -> tuple[str, ...]:
    """The names of the field that holds a form's schema, in the order in which they are tried."""
    named = BESIDE.read(beside.APPROVAL_FORM_SCHEMA_FIELD)
    return (named,) if named else ("schema", "form_schema")


def manager_field() -> str | None:
    """The dotted path from a user to that user's manager, where the project names one."""
    return BESIDE.read(beside.APPROVAL_HEAD_MANAGER_FIELD)


def department_head_field() -> str:
    """The attribute of a department that is its head."""
    return ENGINE.read(engine.DEPARTMENT_HEAD_FIELD)


def owner_fields() -> Sequence[str]:
    """The foreign keys of an object that may name its own person, in the order in which they are asked."""
    return tuple(ENGINE.read(engine.OWNER_FIELDS))


def self_approval_forbidden() -> bool:
    """Whether people may not decide on objects that they created or started, SELF approvals aside."""
    return given_options().get("FORBID_SELF_APPROVAL", False) is not False  # what cannot be used forbids


def claim_time() -> timedelta:
    """How long a claim on an approval lasts."""
    return timedelta(seconds=ENGINE.read(engine.CLAIM_SECONDS))


def run_principals() -> str | None:
    """The dotted path of the function that gives further principals of a run, where the project names one."""
    return ENGINE.read(engine.RUN_PRINCIPALS)


def role_field() -> str | None:
    """The lookup from the user to its roles, where the project names one."""
    return BESIDE.read(beside.APPROVAL_ROLE_FIELD)


def permission_required_to_start() -> bool:
    """Whether starting needs the model permission `start_workflow`."""
    return _permission_required("REQUIRE_PERMISSION_TO_START")


def permission_required_to_approve() -> bool:
    """Whether deciding needs the model permissions `approve_workflow` and `reject_workflow`."""
    return _permission_required("REQUIRE_PERMISSION_TO_APPROVE")


def _permission_required(name: str) -> bool:
    """Whether PERMISSIONS asks for it; what cannot be used asks for it, too."""
    written = given_options().get("PERMISSIONS", {})
    return not isinstance(written, Mapping) or written.get(name, False) is not False


def actions_config() -> Sequence[Mapping[str, Any]]:
    """The project-wide actions, as WORKFLOW_ACTIONS_CONFIG lists them; a system check tells of entries left out."""
    listed = BESIDE.read(beside.WORKFLOW_ACTIONS_CONFIG)
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list | tuple) else []


def action_runner() -> str:
    """Who runs actions after the commit: "inline" (the process that decided) or "celery"."""
    return ENGINE.read(engine.ACTION_RUNNER)


def action_max_attempts() -> int:
    """How often an action is attempted before it becomes an incident, by the built-in rule."""
    return ENGINE.read(engine.ACTION_MAX_ATTEMPTS)


def action_retry_delay() -> timedelta:
    """The wait after the first failed attempt, by the built-in rule; it doubles with each further one."""
    return timedelta(seconds=ENGINE.read(engine.ACTION_RETRY_SECONDS))


def action_retry_rule() -> str:
    """The name of the retry rule of actions that ask for none; whether there is such a rule is another question."""
    return ENGINE.read(engine.ACTION_RETRY_RULE)


def action_grace_period() -> timedelta:
    """How long `run_actions` leaves a new run to the process that committed it."""
    return timedelta(seconds=ENGINE.read(engine.ACTION_GRACE_SECONDS))


def action_lease() -> timedelta:
    """How long one attempt keeps its run from other runners; longer than the limit on an action, if there is one."""
    lease, limit = ENGINE.read(engine.ACTION_LEASE_SECONDS), action_timeout()
    return timedelta(seconds=lease if limit is None else max(lease, 2 * limit))


def action_timeout() -> float | None:
    """The seconds after which a runner gives up waiting for an action; None waits for ever."""
    return ENGINE.read(engine.ACTION_TIMEOUT_SECONDS)


def action_publish_seconds() -> float:
    """How long the one who decided waits for a broker to take the actions."""
    return ENGINE.read(engine.ACTION_PUBLISH_SECONDS)


def working_calendar() -> str | None:
    """The dotted path of the calendar that says what is worked; None where it is Monday to Friday."""
    return ENGINE.read(engine.WORKING_CALENDAR)


def working_hours() -> tuple[time, time]:
    """From when until when a working day is worked of which nothing else is said; an end at midnight is the day's."""
    opens, closes = map(time.fromisoformat, ENGINE.read(engine.WORKING_HOURS))
    return opens, closes


def working_time_zone() -> tzinfo:
    """The zone by whose clock is worked: the project's own, or Django's TIME_ZONE."""
    name = ENGINE.read(engine.WORKING_TIME_ZONE)
    return get_default_timezone() if name is None else ZoneInfo(name)


def emails_disabled() -> bool:
    """Whether the mail helpers and the built-in actions send nothing."""
    return bool(BESIDE.read(beside.WORKFLOW_DISABLE_EMAILS))


def limit(name: str) -> int:
    """The limit of this name; its default where the project wrote what is none, which a system check tells."""
    found: int = ENGINE.read(ENGINE.options[name])
    return found


def send_email_function() -> str | None:
    """The dotted path of the project's own function that sends one e-mail, or None."""
    path: str | None = BESIDE.read(beside.WORKFLOW_SEND_EMAIL_FUNCTION)
    return path


def auto_cleanup_completed() -> bool:
    """Whether an attachment is deleted as soon as its run has ended and its last actions have run."""
    return BESIDE.read(beside.WORKFLOW_AUTO_CLEANUP_COMPLETED)  # what is no switch deletes nothing
