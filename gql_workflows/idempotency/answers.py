"""Answers as JSON: objects by their global ids, so that a second answer reads them anew and shows nothing hidden."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from django.db.models import Model

from django_workflow_engine.models import (
    ActionRun,
    StartRule,
    Substitution,
    WorkFlow,
    WorkflowAttachment,
    WorkflowConfiguration,
)
from django_workflow_engine.models.steps import Step
from gql_workflows.context import Context
from gql_workflows.ids import global_id
from gql_workflows.nodes.lookup import find_nodes
from gql_workflows.types import enums
from gql_workflows.types.actions import WorkflowAction
from gql_workflows.types.payloads import AttachmentPayload, StepPayload, UserError
from gql_workflows.types.workflows import Pipeline, Stage

_NODE, _ERROR, _OUTCOME, _CONFIGURATION = "node", "error", "outcome", "configuration"
_PARTS: Final[Mapping[str, Any]] = {"stepPayload": StepPayload, "attachmentPayload": AttachmentPayload}
_TYPE_NAMES: Final[Mapping[type[Any], str]] = {
    ActionRun: "ActionRun",
    StartRule: "StartRule",
    Step: "ApprovalStep",
    Pipeline: "Pipeline",
    Stage: "Stage",
    Substitution: "Substitution",
    WorkFlow: "Workflow",
    WorkflowAction: "WorkflowAction",
    WorkflowAttachment: "WorkflowAttachment",
}


def stored(payload: Any) -> dict[str, Any]:
    """A payload as JSON, field by field."""
    return {field.name: _stored(getattr(payload, field.name)) for field in fields(payload)}


def restored(answer: Mapping[str, Any], payload: Any, context: Context) -> Any:
    """The payload of this class that was stored; its objects are those that the viewer sees now."""
    ids = list(dict.fromkeys(_ids_in(answer)))
    nodes = dict(zip(ids, find_nodes(context, ids), strict=True))
    return payload(**{name: _restored(value, nodes) for name, value in answer.items()})


def _stored(value: Any) -> Any:
    if isinstance(value, list):
        return [_stored(item) for item in value]
    if isinstance(value, UserError):
        return {_ERROR: {"code": value.code.name, "message": value.message, "path": value.path}}
    for name, part in _PARTS.items():
        if isinstance(value, part):
            return {name: stored(value)}
    if isinstance(value, WorkflowConfiguration):
        return {_CONFIGURATION: value.pk}
    if isinstance(value, enum.Enum):
        return {_OUTCOME: value.name}
    type_name = _TYPE_NAMES.get(type(value))
    if type_name is None:
        return value
    return {_NODE: global_id(type_name, value.pk if isinstance(value, Model) else value.id)}


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _ids_in(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from [item] if name == _NODE else _ids_in(item)


def _restored(value: Any, nodes: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_restored(item, nodes) for item in value]
    if not isinstance(value, Mapping):
        return value
    ((kind, content),) = value.items()
    if kind in _PARTS:
        return _PARTS[kind](**{name: _restored(part, nodes) for name, part in content.items()})
    return _RESTORE[kind](content, nodes)


def _error(content: Mapping[str, Any], nodes: Mapping[str, Any]) -> UserError:
    return UserError(code=enums.ErrorCode[content["code"]], message=content["message"], path=content["path"])


_RESTORE: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {
    _NODE: lambda content, nodes: nodes[content],
    _ERROR: _error,
    _OUTCOME: lambda content, nodes: enums.StepOutcome[content],
    _CONFIGURATION: lambda content, nodes: WorkflowConfiguration.objects.filter(pk=content).first(),
}
