"""Changing which functions events call, and settling calls that failed."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.actions import incidents
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import ActionRun
from gql_workflows.context import Info
from gql_workflows.ids import required_key
from gql_workflows.inputs.actions import CreateActionInput, UpdateActionInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import as_node, changeable
from gql_workflows.rules import Staff
from gql_workflows.scalars.absent import given
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import ActionPayload, ActionRunPayload, DeletePayload

NewAction = Annotated[CreateActionInput, strawberry.argument(description="The action and its owner.")]
Changes = Annotated[UpdateActionInput, strawberry.argument(description="The action and its changes.")]
HANDLES_RUNS = Staff("django_workflow_engine.change_actionrun")


@workflow_mutation(
    ActionPayload,
    rule=Staff("django_workflow_engine.add_workflowaction"),
    description="Add an action to a template, a pipeline or a stage.",
)
def create_action(info: Info, input: NewAction) -> ActionPayload:
    """Add an action."""
    owners = {
        "workflow_id": _owner(info, "Workflow", input.workflow_id, "workflow_id"),
        "pipeline_id": _owner(info, "Pipeline", input.pipeline_id, "pipeline_id"),
        "stage_id": _owner(info, "Stage", input.stage_id, "stage_id"),
    }
    row = services.create_action(action=input.action.to_service(), actor=info.context.user, **owners)
    return ActionPayload(action=as_node(info, "WorkflowAction", row.pk))


@workflow_mutation(
    ActionPayload,
    rule=Staff("django_workflow_engine.change_workflowaction"),
    description="Change an action of a template.",
)
def update_action(info: Info, input: Changes) -> ActionPayload:
    """Change an action."""
    part = changeable(info, "WorkflowAction", input.id, "id")
    services.update_action(id=part.key, changes=input.to_service(), actor=info.context.user)
    return ActionPayload(action=as_node(info, "WorkflowAction", part.key))


@workflow_mutation(
    DeletePayload,
    rule=Staff("django_workflow_engine.delete_workflowaction"),
    description="Delete an action of a template.",
)
def delete_action(info: Info, id: NodeId) -> DeletePayload:
    """Delete an action."""
    services.delete_action(id=changeable(info, "WorkflowAction", id, "id").key, actor=info.context.user)
    return DeletePayload(deleted_id=id)


@workflow_mutation(
    ActionRunPayload, rule=HANDLES_RUNS, description="Have a call of an action that failed tried once more."
)
def retry_action_run(info: Info, id: NodeId) -> ActionRunPayload:
    """Retry a failed call."""
    return _settled(incidents.retry_action_run(_run(info, id), info.context.user))


@workflow_mutation(
    ActionRunPayload, rule=HANDLES_RUNS, description="Let a call of an action that failed be: it is not tried again."
)
def skip_action_run(info: Info, id: NodeId) -> ActionRunPayload:
    """Skip a failed call."""
    return _settled(incidents.skip_action_run(_run(info, id), info.context.user))


def _owner(info: Info, type_name: str, value: Any, name: str) -> Any:
    return None if given(value) is None else changeable(info, type_name, value, name).key


def _run(info: Info, value: str) -> Any:
    """The key of a call that the caller sees; raises NotFound."""
    key = required_key(value, "ActionRun", ActionRun, "id")
    if not info.context.policy.action_runs(info.context.user).filter(pk=key).exists():
        raise NotFound(_("There is no such run of an action."), path=("id",))
    return key


def _settled(run: Any) -> ActionRunPayload:
    return ActionRunPayload(action_run=run)
