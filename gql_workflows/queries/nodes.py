"""One door for every object that has a global id, with the same rules as all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from strawberry import relay

from django_workflow_engine.models import Pipeline as PipelineRow
from django_workflow_engine.models import Stage as StageRow
from django_workflow_engine.models.content import content_of
from django_workflow_engine.models.keys import to_primary_key
from gql_workflows.context import Context, Info
from gql_workflows.dataloaders.steps import with_related
from gql_workflows.ids import split
from gql_workflows.rules import Rule, query
from gql_workflows.types import arguments
from gql_workflows.types.attachments import stage_in
from gql_workflows.types.people import Role
from gql_workflows.types.workflows import Pipeline

Finder = Callable[[Context, str], Any]


@query(Rule.SIGNED_IN, description="The object with this global id; null where there is none or you may not see it.")
def node(info: Info, id: arguments.NodeId) -> relay.Node | None:
    """Any object by its global id."""
    parts = split(id)
    finder = _FINDERS.get(parts[0]) if parts else None
    return None if parts is None or finder is None else finder(info.context, parts[1])


def _row(queryset: QuerySet[Any] | None, key: str) -> Any:
    """The row with this key among those that the viewer may see."""
    if queryset is None:
        return None
    parsed = to_primary_key(queryset.model, key)
    return None if parsed is None else queryset.filter(pk=parsed).first()


def _workflow(context: Context, key: str) -> Any:
    return _row(context.policy.workflows(context.user), key)


def _pipeline(context: Context, key: str) -> Any:
    parsed = to_primary_key(PipelineRow, key)
    row = context.policy.workflows(context.user).filter(pipelines=parsed).first() if parsed is not None else None
    nodes = content_of(row).pipelines if row else ()
    return next((Pipeline.of(found, row) for found in nodes if row and found.id == parsed), None)


def _stage(context: Context, key: str) -> Any:
    parsed = to_primary_key(StageRow, key)
    if parsed is None:
        return None
    row = context.policy.workflows(context.user).filter(pipelines__stages=parsed).first()
    return stage_in(row, content_of(row), parsed) if row else None


def _attachment(context: Context, key: str) -> Any:
    return _row(context.policy.attachments(context.user).select_related("workflow"), key)


def _step(context: Context, key: str) -> Any:
    return _row(with_related(context.policy.steps(context.user)), key)


def _event(context: Context, key: str) -> Any:
    return _row(context.policy.events(context.user), key)


def _user(context: Context, key: str) -> Any:
    return _row(context.policy.users(context.user), key)


def _role(context: Context, key: str) -> Any:
    role = _row(context.policy.roles(context.user), key)
    return None if role is None else Role.of((str(role.pk), str(role)))


_FINDERS: Final[Mapping[str, Finder]] = {
    "Workflow": _workflow,
    "Pipeline": _pipeline,
    "Stage": _stage,
    "WorkflowAttachment": _attachment,
    "ApprovalStep": _step,
    "WorkflowEvent": _event,
    "User": _user,
    "Role": _role,
}
NODE_TYPES: Final = frozenset(_FINDERS)
