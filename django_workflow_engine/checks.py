"""System checks: settings that could not work are told at start-up, with an id and a hint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.access.principals import function_of_the_project
from django_workflow_engine.actions.checks import action_settings
from django_workflow_engine.approvals.checks import people_settings
from django_workflow_engine.approvals.roles import role_lookup
from django_workflow_engine.approvals.type_checks import approver_types
from django_workflow_engine.conditions.checks import condition_settings
from django_workflow_engine.conf import DISCOVERY_FUNCTION, DISCOVERY_SETTING, AutoStart
from django_workflow_engine.conf.beside import BESIDE
from django_workflow_engine.conf.engine import ENGINE
from django_workflow_engine.models.attachable import may_be_enabled
from django_workflow_engine.models.databases import database_settings
from django_workflow_engine.models.keys import key_faults
from django_workflow_engine.services.configuration.reading import answers_to
from django_workflow_engine.working_time.checks import working_time_settings


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everything that is wrong with the engine's settings."""
    wrong = [*_written()] or [
        *_discovery(),
        *_models(),
        *_keys(),
        *_roles(),
        *_forms(),
        *_mappings(),
        *_auto_starts(),
        *condition_settings(),
        *people_settings(),
        *_run_principals(),
        *approver_types(),
        *database_settings(),
        *working_time_settings(),
    ]
    return [*ENGINE.unknown("django_workflow_engine.W002"), *wrong]


def _written() -> Iterator[CheckMessage]:
    """What is not even of the right form; nothing else is looked at then."""
    if not isinstance(ENGINE.given(), Mapping):
        yield Error(
            "DJANGO_WORKFLOW_ENGINE is no dictionary.",
            hint="Write a dictionary of options, or leave it out.",
            id="django_workflow_engine.E005",
        )
        return
    yield from ENGINE.wrong(conf.APP)
    yield from BESIDE.wrong(conf.APP)


def _discovery() -> Iterator[CheckMessage]:
    if getattr(settings, DISCOVERY_SETTING, DISCOVERY_FUNCTION) != DISCOVERY_FUNCTION:
        yield Warning(
            f"{DISCOVERY_SETTING} names a function of the project's own.",
            hint=f"Let it call {DISCOVERY_FUNCTION} and return its result unless that is None; otherwise calls of "
            "the approval package's advance_flow do not advance workflows.",
            id="django_workflow_engine.W001",
        )


def _run_principals() -> Iterator[CheckMessage]:
    path = conf.run_principals()
    if path is not None and function_of_the_project() is None:
        yield Error(
            f"DJANGO_WORKFLOW_ENGINE['RUN_PRINCIPALS'] names “{path}”, which is no function.",
            hint="Write the dotted path of a function that takes an attachment and gives texts, or leave it out.",
            id="django_workflow_engine.E034",
        )


def _models() -> Iterator[CheckMessage]:
    for label in sorted(conf.enabled_models()):
        if conf.find_model(label) is None:
            yield Error(
                f"DJANGO_WORKFLOW_ENGINE['ENABLED_MODELS'] names “{label}”, which is no model.",
                hint="Write app_label.ModelName of an installed app.",
                id="django_workflow_engine.E001",
            )
    if conf.given_options().get("DEPARTMENT_MODEL") and conf.department_model() is None:
        yield Error(
            "DJANGO_WORKFLOW_ENGINE['DEPARTMENT_MODEL'] names no model.",
            hint="Write app_label.ModelName of an installed app, or leave it out.",
            id="django_workflow_engine.E002",
        )


def _keys() -> Iterator[CheckMessage]:
    """Models whose rows are named by their keys as text, and whose keys are none."""
    named = [conf.find_model(label) for label in sorted({*conf.enabled_models(), *conf.workflow_mappings()})]
    for model in (*named, get_user_model(), conf.role_model(), conf.form_model(), conf.department_model()):
        for fault in () if model is None else key_faults(model, ()):
            yield Error(
                fault.message,
                hint="Give the model a primary key of one column that holds a number, a text or a UUID.",
                id="django_workflow_engine.E014",
            )


def _roles() -> Iterator[CheckMessage]:
    if getattr(settings, "APPROVAL_ROLE_MODEL", None) and conf.role_model() is None:
        yield Error(
            "APPROVAL_ROLE_MODEL names no model.",
            hint="Write app_label.ModelName of an installed app, for example auth.Group.",
            id="django_workflow_engine.E003",
        )
    try:
        if conf.role_model() is not None or conf.role_field():
            get_user_model()._default_manager.filter(**{f"{role_lookup()}__isnull": False})
    except (ImproperlyConfigured, FieldError) as error:
        yield Error(
            f"Users and roles are not connected: {error}",
            hint="Give the role model a many-to-many relation to the user model, or set APPROVAL_ROLE_FIELD.",
            id="django_workflow_engine.E004",
        )


def _forms() -> Iterator[CheckMessage]:
    model = conf.form_model()
    if getattr(settings, "APPROVAL_DYNAMIC_FORM_MODEL", None) and model is None:
        yield Error(
            "APPROVAL_DYNAMIC_FORM_MODEL names no model.",
            hint="Write app_label.ModelName of an installed app, or leave it out.",
            id="django_workflow_engine.E011",
        )
    named = getattr(settings, "APPROVAL_FORM_SCHEMA_FIELD", None)
    if model is not None and named and not hasattr(model, named):
        yield Error(
            f"APPROVAL_FORM_SCHEMA_FIELD is {named!r}, which {model._meta.label} has not: no form would have a schema.",
            hint="Write the name of the field that holds a form's schema.",
            id="django_workflow_engine.E013",
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
        yield from _reachable(model, rule)


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


def _reachable(model: type[Model], rule: AutoStart) -> Iterator[CheckMessage]:
    """A rule whose workflow the other settings always refuse."""
    label, mapped = conf.label_of(model), conf.said_of(model, conf.workflow_mappings())
    refused = mapped is not None and not any(_may_mean_the_same(slug, rule.workflow_slug) for slug in mapped)
    if not may_be_enabled(model) or refused:
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
