"""Changing the pipelines of a template."""

from __future__ import annotations

from typing import Annotated

import strawberry

from django_workflow_engine import services
from gql_workflows.context import Info
from gql_workflows.ids import key_in
from gql_workflows.inputs.changes import CreatePipelineInput, ReorderPipelinesInput, UpdatePipelineInput
from gql_workflows.inputs.workflows import has_actions
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import as_node, changeable, check_may_handle_actions
from gql_workflows.scalars.absent import given
from gql_workflows.types.arguments import NodeId
from gql_workflows.types.payloads import DeletePayload, PipelinePayload, WorkflowPayload

NewPipeline = Annotated[CreatePipelineInput, strawberry.argument(description="The pipeline and its template.")]
Changes = Annotated[UpdatePipelineInput, strawberry.argument(description="The pipeline and its changes.")]
NewOrder = Annotated[ReorderPipelinesInput, strawberry.argument(description="The template and the new order.")]


@workflow_mutation(PipelinePayload, description="Add a pipeline with its stages, approvals and actions to a template.")
def create_pipeline(info: Info, input: NewPipeline) -> PipelinePayload:
    """Add a pipeline."""
    workflow = changeable(info, "Workflow", input.workflow_id, "workflow_id")
    if has_actions(input.pipeline, *given(input.pipeline.stages, ())):
        check_may_handle_actions(info, "add")
    spec = input.to_service(info.context)
    row = services.create_pipeline(workflow_id=workflow.key, pipeline=spec, actor=info.context.user)
    return PipelinePayload(pipeline=as_node(info, "Pipeline", row.pk))


@workflow_mutation(PipelinePayload, description="Change a pipeline's own values; what runs already is not touched.")
def update_pipeline(info: Info, input: Changes) -> PipelinePayload:
    """Change a pipeline."""
    part = changeable(info, "Pipeline", input.id, "id")
    services.update_pipeline(id=part.key, changes=input.to_service(info.context), actor=info.context.user)
    return PipelinePayload(pipeline=as_node(info, "Pipeline", part.key))


@workflow_mutation(DeletePayload, description="Delete a pipeline of a template with all below it.")
def delete_pipeline(info: Info, id: NodeId) -> DeletePayload:
    """Delete a pipeline."""
    services.delete_pipeline(id=changeable(info, "Pipeline", id, "id").key, actor=info.context.user)
    return DeletePayload(deleted_id=id)


@workflow_mutation(WorkflowPayload, description="Put all pipelines of a template into a new order at once.")
def reorder_pipelines(info: Info, input: NewOrder) -> WorkflowPayload:
    """Reorder the pipelines of a template; an id of something else is the engine's NOT_FOUND."""
    part = changeable(info, "Workflow", input.workflow_id, "workflow_id")
    keys = [key_in(value, "Pipeline") or "" for value in input.pipeline_ids]
    services.reorder_pipelines(workflow_id=part.key, pipeline_ids=keys, actor=info.context.user)
    return WorkflowPayload(workflow=as_node(info, "Workflow", part.key))
