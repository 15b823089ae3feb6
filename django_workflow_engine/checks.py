"""System checks: settings that could not work are told at start-up, with an id and a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.actions.checks import action_settings
from django_workflow_engine.approvals.checks import people_settings
from django_workflow_engine.approvals.roles import role_lookup
from django_workflow_engine.conf import DISCOVERY_FUNCTION, DISCOVERY_SETTING, AutoStart
from django_workflow_engine.services.configuration import answers_to


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everything that is wrong with the engine's settings."""
    wrong = [*_shapes()] or [*_discovery(), *_models(), *_roles(), *_mappings(), *_auto_starts(), *people_settings()]
    return [*_unknown(), *wrong]


def _unknown() -> Iterator[CheckMessage]:
    """Options that nothing reads, most often misspelt."""
    for name in conf.given_options():
        if name not in conf.OPTIONS:
            near = get_close_matches(str(name), conf.OPTIONS, n=1)
            yield Warning(
                f"DJANGO_WORKFLOW_ENGINE[{name!r}] is no option; nothing reads it.",
                hint=f"Did you mean {near[0]}?" if near else f"The options are: {', '.join(conf.OPTIONS)}.",
                id="django_workflow_engine.W002",
            )


def _shapes() -> Iterator[CheckMessage]:
    """What is not even of the right form; nothing else is looked at then."""
    given = conf.given()
    if not isinstance(given, Mapping):
        yield Error(
            "DJANGO_WORKFLOW_ENGINE is no dictionary.",
            hint="Write a dictionary of options, or leave it out.",
            id="django_workflow_engine.E005",
        )
        return
    for name, shape in _SHAPES.items():
        if name in given and not shape.fits(given[name]):
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['{name}'] cannot be used.",
                hint=f"Write {shape.description}.",
                id="django_workflow_engine.E005",
            )


def _discovery() -> Iterator[CheckMessage]:
    if getattr(settings, DISCOVERY_SETTING, DISCOVERY_FUNCTION) != DISCOVERY_FUNCTION:
        yield Warning(
            f"{DISCOVERY_SETTING} names a function of the project's own.",
            hint=f"Let it call {DISCOVERY_FUNCTION} and return its result unless that is None; otherwise calls of "
            "the approval package's advance_flow do not advance workflows.",
            id="django_workflow_engine.W001",
        )


def _models() -> Iterator[CheckMessage]:
    for label in sorted(conf.enabled_models()):
        if conf.find_model(label) is None:
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['ENABLED_MODELS'] names “{label}”, which is no model.",
                hint="Write app_label.ModelName of an installed app.",
                id="django_workflow_engine.E001",
            )
    try:
        conf.department_model()
    except (LookupError, ValueError):
        yield Error(
            "DJANGO_WORKFLOW_ENGINE['DEPARTMENT_MODEL'] names no model.",
            hint="Write app_label.ModelName of an installed app, or leave it out.",
            id="django_workflow_engine.E002",
        )


def _roles() -> Iterator[CheckMessage]:
    try:
        if conf.role_model() is not None:
            get_user_model()._default_manager.filter(**{f"{role_lookup()}__isnull": False})
    except (LookupError, ValueError):
        yield Error(
            "APPROVAL_ROLE_MODEL names no model.",
            hint="Write app_label.ModelName of an installed app, for example auth.Group.",
            id="django_workflow_engine.E003",
        )
    except (ImproperlyConfigured, FieldError) as error:
        yield Error(
            f"Users and roles are not connected: {error}",
            hint="Give the role model a many-to-many relation to the user model, or set APPROVAL_ROLE_FIELD.",
            id="django_workflow_engine.E004",
        )


def _mappings() -> Iterator[CheckMessage]:
    for label in conf.workflow_mappings():
        if conf.find_model(label) is None:
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['MODEL_WORKFLOW_MAPPINGS'] names “{label}”, which is no model.",
                hint="Write app_label.ModelName of an installed app.",
                id="django_workflow_engine.E006",
            )


def _auto_starts() -> Iterator[CheckMessage]:
    for label, rule in conf.auto_starts().items():
        model = conf.find_model(label)
        if model is None:
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['AUTO_START_WORKFLOWS'] names “{label}”, which is no model.",
                hint="Write app_label.ModelName of an installed app.",
                id="django_workflow_engine.E007",
            )
            continue
        yield from _conditions(model, rule)
        yield from _reachable(label, rule)


def _conditions(model: type[Model], rule: AutoStart) -> Iterator[CheckMessage]:
    label = conf.label_of(model)
    try:
        model._base_manager.filter(**rule.conditions)
    except (FieldError, ValidationError, TypeError, ValueError) as error:
        yield Error(
            f"DJANGO_WORKFLOW_ENGINE['AUTO_START_WORKFLOWS']: the conditions of “{label}” cannot be asked: {error}",
            hint="Write Django field lookups of the model with values that fit, for example {'amount__gte': 1000}.",
            id="django_workflow_engine.E008",
        )


def _reachable(label: str, rule: AutoStart) -> Iterator[CheckMessage]:
    """A rule whose workflow the other settings always refuse."""
    enabled, mapped = conf.enabled_models(), conf.workflow_mappings().get(label)
    refused = mapped is not None and not any(_may_mean_the_same(slug, rule.workflow_slug) for slug in mapped)
    if (enabled and label not in enabled) or refused:
        yield Error(
            f"DJANGO_WORKFLOW_ENGINE['AUTO_START_WORKFLOWS']: “{label}” never takes “{rule.workflow_slug}”.",
            hint="List the model in ENABLED_MODELS, and the workflow in the model's MODEL_WORKFLOW_MAPPINGS.",
            id="django_workflow_engine.E009",
        )


def _may_mean_the_same(one: str, other: str) -> bool:
    """Whether one workflow can answer to both: either of them may be written as its name."""
    return answers_to(one, other) or answers_to(other, one)


@register()
def check_actions(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everything that is wrong with the settings about actions."""
    return list(action_settings())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset) and all(isinstance(item, str) for item in value)


def _is_mapping_of_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_text(key) and _is_texts(item) for key, item in value.items())


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and all(name.isidentifier() for name in value.split("."))


def _is_auto_start(rule: Any) -> bool:
    if not isinstance(rule, Mapping) or not rule.keys() <= {"workflow_slug", "conditions"}:
        return False
    conditions = rule.get("conditions") or {}
    return (
        _is_text(rule.get("workflow_slug"))
        and isinstance(conditions, Mapping)
        and all(_is_text(key) for key in conditions)
    )


def _is_permissions(value: Any) -> bool:
    known = {"REQUIRE_PERMISSION_TO_START", "REQUIRE_PERMISSION_TO_APPROVE"}
    return isinstance(value, Mapping) and value.keys() <= known and all(isinstance(on, bool) for on in value.values())


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """What an option's value must look like: a test of it, and the same in words."""

    fits: Callable[[Any], bool]
    description: str


_SHAPES: Final[Mapping[str, _Shape]] = {
    "ENABLED_MODELS": _Shape(fits=_is_texts, description="a list of model labels"),
    "MODEL_WORKFLOW_MAPPINGS": _Shape(
        fits=_is_mapping_of_texts, description="a dictionary of model labels, each with a list of workflow slugs"
    ),
    "AUTO_START_WORKFLOWS": _Shape(
        fits=lambda value: (
            isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(_is_auto_start, value.values()))
        ),
        description="a dictionary of model labels, each with a “workflow_slug” and perhaps a dictionary “conditions”",
    ),
    "PERMISSIONS": _Shape(
        fits=_is_permissions,
        description="True or False for REQUIRE_PERMISSION_TO_START and REQUIRE_PERMISSION_TO_APPROVE, and nothing else",
    ),
    "DEFAULT_STATUS_FIELD": _Shape(
        fits=lambda value: isinstance(value, str) and (value == "" or value.isidentifier()),
        description="the name of a field",
    ),
    "DEPARTMENT_MODEL": _Shape(
        fits=lambda value: value is None or isinstance(value, str), description="app_label.ModelName, or None"
    ),
    "DEPARTMENT_HEAD_FIELD": _Shape(fits=_is_path, description="the name of an attribute, or a dotted path"),
    "OWNER_FIELDS": _Shape(fits=_is_texts, description="a list of names of fields"),
    "FORBID_SELF_APPROVAL": _Shape(fits=lambda value: isinstance(value, bool), description="True or False"),
    **{name: _Shape(fits=conf.is_limit, description="a whole number from 1") for name in conf.LIMITS},
}
