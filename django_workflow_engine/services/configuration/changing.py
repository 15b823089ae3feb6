"""Changing how a model takes workflows: the same checks for every way in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf, registry
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.readers import invalid, missing
from django_workflow_engine.definitions.unset import UNSET, Unset
from django_workflow_engine.definitions.values import text_problem
from django_workflow_engine.errors import Fault, InvalidDefinition, WorkflowError
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.models.arguments import check_model
from django_workflow_engine.models.databases import database_faults
from django_workflow_engine.models.followed_fields import unknown_field_faults, writing_faults
from django_workflow_engine.models.keys import key_faults, to_primary_key
from django_workflow_engine.services.configuration.reading import configuration_of, ensure_workflow_allowed
from django_workflow_engine.services.templates.checking import check_kind
from django_workflow_engine.transactions import verb

_SWITCHES: Final = ("is_enabled", "auto_start_workflow")
_HOOKS: Final = ("pre_start_hook", "post_complete_hook")


@dataclass(frozen=True, kw_only=True)
class ConfigurationChanges:
    """Changes of a model's configuration: UNSET keeps what is stored; None is no text and no workflow."""

    is_enabled: bool | Unset | None = UNSET
    auto_start_workflow: bool | Unset | None = UNSET
    default_workflow_id: Any = UNSET
    status_field: str | Unset | None = UNSET
    stage_field: str | Unset | None = UNSET
    completion_status_value: str | Unset | None = UNSET
    rejection_status_value: str | Unset | None = UNSET
    changes_requested_status_value: str | Unset | None = UNSET
    resubmission_status_value: str | Unset | None = UNSET
    pre_start_hook: str | Unset | None = UNSET
    post_complete_hook: str | Unset | None = UNSET


@verb
def configure_model(*, model: type[Model], changes: ConfigurationChanges) -> WorkflowConfiguration:
    """Change how the rows of a model take workflows, and give the configuration as it is now.

    A model that was never configured starts with the defaults: enabled, not started by itself, and the setting
    DEFAULT_STATUS_FIELD as its status field. Raises InvalidInput, and InvalidDefinition with every fault.
    """
    check_model(model, "model")
    check_kind(changes, ConfigurationChanges, "changes")
    unusable = key_faults(model, ("model",))
    if unusable:
        raise InvalidDefinition(unusable)
    row = _locked(model)
    given = {field.name: getattr(changes, field.name) for field in fields(changes)}
    named = {name: value for name, value in given.items() if value is not UNSET}
    faults = [*_type_faults(named)]
    if not faults:
        _put(row, named)
        faults = [*configuration_faults(row, changed=named)]
    if faults:
        raise InvalidDefinition(faults)
    row.save()
    return row


def configuration_faults(row: WorkflowConfiguration, *, changed: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that is wrong with a configuration; only hooks among `changed` are looked at, as paths may go."""
    for name in sorted({*_HOOKS} & {*changed}):
        path = getattr(row, name)
        if path and not registry.is_registered(path):
            message = _("“%s” is not registered as an action.") % path
            yield Fault(code=ErrorCode.ACTION_NOT_REGISTERED, message=message, path=(name,))
    model = row.content_type.model_class()
    if model is not None:
        yield from database_faults(model, is_enabled=row.is_enabled)
        yield from _workflow_faults(row, model)
        yield from unknown_field_faults(model, vars(row))
        yield from writing_faults(model, vars(row))


def _locked(model: type[Model]) -> WorkflowConfiguration:
    """The model's configuration, locked until the transaction ends; made where there is none."""
    configuration_of(model)  # stores what was registered at start-up
    content_type = ContentType.objects.get_for_model(model)
    fresh = WorkflowConfiguration(content_type=content_type, status_field=conf.default_status_field())
    WorkflowConfiguration.objects.bulk_create([fresh], ignore_conflicts=True)  # of two at once one makes it
    return WorkflowConfiguration.objects.select_for_update().get(content_type=content_type)


def _type_faults(named: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in named.items():
        if name in _SWITCHES:
            if not isinstance(value, bool):
                fault = missing if value is None else invalid
                yield fault(_("This must be true or false."), (name,))
        elif name != "default_workflow_id" and value is not None:
            problem = _text_problem(name, value)
            if problem is not None:
                yield invalid(problem, (name,))


def _text_problem(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return _("This must be a text.")
    column: Any = WorkflowConfiguration._meta.get_field(name)
    most: int = column.max_length
    if len(value) > most:
        return _("This is longer than %d characters.") % most
    return text_problem(value)


def _put(row: WorkflowConfiguration, named: Mapping[str, Any]) -> None:
    for name, value in named.items():
        is_text = name not in (*_SWITCHES, "default_workflow_id")
        setattr(row, name, "" if is_text and value is None else value)
    if "default_workflow_id" in named:
        key = to_primary_key(WorkFlow, row.default_workflow_id)
        row.default_workflow = WorkFlow.objects.filter(pk=key).first() if key is not None else None
        if row.default_workflow is None and named["default_workflow_id"] is not None:
            fault = Fault(
                code=ErrorCode.NOT_FOUND, message=_("There is no such workflow."), path=("default_workflow_id",)
            )
            raise InvalidDefinition([fault])


def _workflow_faults(row: WorkflowConfiguration, model: type[Model]) -> Iterator[Fault]:
    workflow = row.default_workflow
    if workflow is None:
        return
    if workflow.is_hidden:
        message = _("A frozen version cannot be started again; choose its template.")
        yield invalid(message, ("default_workflow_id",))
    try:
        ensure_workflow_allowed(model, workflow)
    except WorkflowError as refused:
        yield invalid(refused.message, ("default_workflow_id",))
