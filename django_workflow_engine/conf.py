"""Settings, typed and read at the moment of use, so that `override_settings` works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from django_workflow_engine import shapes

Value = TypeVar("Value")

APP: Final = "django_workflow_engine"
DISCOVERY_SETTING: Final = "APPROVAL_HANDLER_DISCOVERY_FUNCTION"
DISCOVERY_FUNCTION: Final = "django_workflow_engine.handlers.get_handler_for_instance"
_NO_MODEL: Final = ""  # the label that no model has

# Every option of DJANGO_WORKFLOW_ENGINE with its default; what is not listed here cannot be read.
OPTIONS: Final[Mapping[str, Any]] = {
    "ENABLED_MODELS": (),
    "MODEL_WORKFLOW_MAPPINGS": {},
    "AUTO_START_WORKFLOWS": {},
    "PERMISSIONS": {},
    "DEFAULT_STATUS_FIELD": "",
    "DEPARTMENT_MODEL": None,
    "DEPARTMENT_HEAD_FIELD": "head",
    "OWNER_FIELDS": ("created_by", "requester", "owner"),
    "FORBID_SELF_APPROVAL": False,
    "ACTION_RUNNER": "inline",
    "ACTION_MAX_ATTEMPTS": 5,
    "ACTION_RETRY_SECONDS": 60,
    "ACTION_GRACE_SECONDS": 60,
    "ACTION_LEASE_SECONDS": 900,
    "ACTION_TIMEOUT_SECONDS": None,
    "ACTION_PUBLISH_SECONDS": 1,
    "MAX_TEXT_LENGTH": 10_000,
    "MAX_JSON_LENGTH": 100_000,
    "MAX_JSON_DEPTH": 32,
    "MAX_JSON_ITEMS": 10_000,
    "MAX_TEMPLATE_STAGES": 500,
    "MAX_TEMPLATE_APPROVALS": 500,
    "MAX_TEMPLATE_ACTIONS": 500,
}


def given() -> Any:
    """What the project wrote as DJANGO_WORKFLOW_ENGINE, whatever it is."""
    return getattr(settings, "DJANGO_WORKFLOW_ENGINE", {})


def given_options() -> Mapping[str, Any]:
    """The options that the project wrote, known or not."""
    written = given()
    return written if isinstance(written, Mapping) else {}  # a system check refuses anything else


def _option(name: str) -> Any:
    """The option as written, or its default where a value of that shape cannot be used; a system check tells."""
    shape = shapes.OPTION_SHAPES.get(name) or shapes.ACTION_SHAPES.get(name)
    written = given_options().get(name, OPTIONS[name])
    return written if shape is None or shape.fits(written) else OPTIONS[name]


def _setting(name: str) -> Any:
    """A setting beside DJANGO_WORKFLOW_ENGINE, or None where it is left out or cannot be used."""
    written = getattr(settings, name, None)
    return written if shapes.SETTING_SHAPES[name].fits(written) else None


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
    return _option("DEFAULT_STATUS_FIELD")


def department_model() -> type[Model] | None:
    """The model that pipelines name as their department, or None."""
    return _model(_option("DEPARTMENT_MODEL"))


def role_model() -> type[Model] | None:
    """The model whose rows are roles, or None where the project has none."""
    return _model(_setting("APPROVAL_ROLE_MODEL"))


def form_model() -> type[Model] | None:
    """The model whose rows are forms, or None where the project has none."""
    return _model(_setting("APPROVAL_DYNAMIC_FORM_MODEL"))


def form_schema_fields() -> tuple[str, ...]:
    """The names of the field that holds a form's schema, in the order in which they are tried."""
    named = _setting("APPROVAL_FORM_SCHEMA_FIELD")
    return (named,) if named else ("schema", "form_schema")


def manager_field() -> str | None:
    """The dotted path from a user to that user's manager, where the project names one."""
    return _setting("APPROVAL_HEAD_MANAGER_FIELD")


def department_head_field() -> str:
    """The attribute of a department that is its head."""
    return _option("DEPARTMENT_HEAD_FIELD")


def owner_fields() -> Sequence[str]:
    """The foreign keys of an object that may name its own person, in the order in which they are asked."""
    return tuple(_option("OWNER_FIELDS"))


def self_approval_forbidden() -> bool:
    """Whether people may not decide on objects that they created or started, SELF approvals aside."""
    return given_options().get("FORBID_SELF_APPROVAL", False) is not False  # what cannot be used forbids


def role_field() -> str | None:
    """The lookup from the user to its roles, where the project names one."""
    return _setting("APPROVAL_ROLE_FIELD")


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
    listed = getattr(settings, "WORKFLOW_ACTIONS_CONFIG", None)
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list | tuple) else []


def action_runner() -> str:
    """Who runs actions after the commit: "inline" (the process that decided) or "celery"."""
    return _option("ACTION_RUNNER")


def action_max_attempts() -> int:
    """How often an action is attempted before it becomes an incident."""
    return _option("ACTION_MAX_ATTEMPTS")


def action_retry_delay() -> timedelta:
    """The wait after the first failed attempt; it doubles with each further one."""
    return timedelta(seconds=_option("ACTION_RETRY_SECONDS"))


def action_grace_period() -> timedelta:
    """How long `run_actions` leaves a new run to the process that committed it."""
    return timedelta(seconds=_option("ACTION_GRACE_SECONDS"))


def action_lease() -> timedelta:
    """How long one attempt keeps its run from other runners; longer than the limit on an action, if there is one."""
    lease, limit = _option("ACTION_LEASE_SECONDS"), action_timeout()
    return timedelta(seconds=lease if limit is None else max(lease, 2 * limit))


def action_timeout() -> float | None:
    """The seconds after which a runner gives up waiting for an action; None waits for ever."""
    return _option("ACTION_TIMEOUT_SECONDS")


def action_publish_seconds() -> float:
    """How long the one who decided waits for a broker to take the actions."""
    return _option("ACTION_PUBLISH_SECONDS")


def emails_disabled() -> bool:
    """Whether the mail helpers and the built-in actions send nothing."""
    return bool(getattr(settings, "WORKFLOW_DISABLE_EMAILS", False))


def limit(name: str) -> int:
    """The limit of this name; its default where the project wrote what is none, which a system check tells."""
    return _option(name)


def send_email_function() -> str | None:
    """The dotted path of the project's own function that sends one e-mail, or None."""
    return getattr(settings, "WORKFLOW_SEND_EMAIL_FUNCTION", None)


def auto_cleanup_completed() -> bool:
    """Whether an attachment is deleted as soon as its run has ended and its last actions have run."""
    return getattr(settings, "WORKFLOW_AUTO_CLEANUP_COMPLETED", False) is True  # nothing else deletes anything
