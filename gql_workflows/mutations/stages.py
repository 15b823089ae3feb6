"""Changing the stages of a pipeline."""

from __future__ import annotations

from typing import Annotated

import strawberry

from django_workflow_engine import services
from gql_workflows.context import Info
from gql_workflows.ids import key_in
from gql_workflows.inputs.changes import CreateStageInput, ReorderStagesInput, UpdateStageInput
from gql_workflows.inputs.workflows import has_actions
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import as_node, changeable, check_may_handle_actions
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import DeletePayload, PipelinePayload, StagePayload

NewStage = Annotated[CreateStageInput, strawberry.argument(description="The stage and its pipeline.")]
Changes = Annotated[UpdateStageInput, strawberry.argument(description="The stage and its changes.")]
NewOrder = Annotated[ReorderStagesInput, strawberry.argument(description="The pipeline and the new order.")]


@workflow_mutation(StagePayload, description="Add a stage with its approvals and actions to a pipeline.")
def create_stage(info: Info, input: NewStage) -> StagePayload:
    """Add a stage."""
    pipeline = changeable(info, "Pipeline", input.pipeline_id, "pipeline_id")
    if has_actions(input.stage):
        check_may_handle_actions(info, "add")
    spec = input.to_service(info.context)
    row = services.create_stage(pipeline_id=pipeline.key, stage=spec, actor=info.context.user)
    return StagePayload(stage=as_node(info, "Stage", row.pk))


@workflow_mutation(StagePayload, description="Change a stage's own values; what runs already is not touched.")
def update_stage(info: Info, input: Changes) -> StagePayload:
    """Change a stage."""
    part = changeable(info, "Stage", input.id, "id")
    services.update_stage(id=part.key, changes=input.to_service(info.context), actor=info.context.user)
    return StagePayload(stage=as_node(info, "Stage", part.key))


@workflow_mutation(DeletePayload, description="Delete a stage of a template with its actions.")
def delete_stage(info: Info, id: NodeId) -> DeletePayload:
    """Delete a stage."""
    services.delete_stage(id=changeable(info, "Stage", id, "id").key, actor=info.context.user)
    return DeletePayload(deleted_id=id)


@workflow_mutation(PipelinePayload, description="Put all stages of a pipeline into a new order at once.")
def reorder_stages(info: Info, input: NewOrder) -> PipelinePayload:
    """Reorder the stages of a pipeline; an id of something else is the engine's NOT_FOUND."""
    part = changeable(info, "Pipeline", input.pipeline_id, "pipeline_id")
    keys = [key_in(value, "Stage") or "" for value in input.stage_ids]
    services.reorder_stages(pipeline_id=part.key, stage_ids=keys, actor=info.context.user)
    return PipelinePayload(pipeline=as_node(info, "Pipeline", part.key))
