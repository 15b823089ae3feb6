"""Inputs that change templates: absent keeps, null is REQUIRED where a value must be, [] empties."""

from __future__ import annotations

import strawberry

from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from gql_workflows.context import Context
from gql_workflows.inputs.declared import changes, references_for, to_change
from gql_workflows.inputs.workflows import PipelineInput, StageInput
from gql_workflows.scalars.absent import given


@strawberry.input(description="Changes a template's own values; what is left out stays. A strategy never changes.")
@changes(WorkflowSpec)
class UpdateWorkflowInput:
    """Changes of a workflow."""

    id: strawberry.ID = strawberry.field(description="The template.")

    def to_service(self, context: Context) -> WorkflowChanges:
        """The changes as the engine takes them."""
        return WorkflowChanges(**to_change(self, references_for(context, self)))


@strawberry.input(description="Adds a pipeline to a template.")
class CreatePipelineInput:
    """A pipeline and its workflow."""

    workflow_id: strawberry.ID = strawberry.field(description="The template.")
    pipeline: PipelineInput = strawberry.field(description="The pipeline, with its stages if it has any.")

    def to_service(self, context: Context) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        stages = given(self.pipeline.stages, ())
        return self.pipeline.to_service(references_for(context, self.pipeline, *stages))


@strawberry.input(description="Changes a pipeline's own values; what is left out stays.")
@changes(PipelineSpec)
class UpdatePipelineInput:
    """Changes of a pipeline."""

    id: strawberry.ID = strawberry.field(description="The pipeline.")

    def to_service(self, context: Context) -> PipelineChanges:
        """The changes as the engine takes them."""
        return PipelineChanges(**to_change(self, references_for(context, self)))


@strawberry.input(description="Adds a stage to a pipeline.")
class CreateStageInput:
    """A stage and its pipeline."""

    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline.")
    stage: StageInput = strawberry.field(description="The stage.")

    def to_service(self, context: Context) -> StageSpec:
        """The stage as the engine takes it."""
        return self.stage.to_service(references_for(context, self.stage))


@strawberry.input(description="Changes a stage's own values; what is left out stays.")
@changes(StageSpec)
class UpdateStageInput:
    """Changes of a stage."""

    id: strawberry.ID = strawberry.field(description="The stage.")

    def to_service(self, context: Context) -> StageChanges:
        """The changes as the engine takes them."""
        return StageChanges(**to_change(self, references_for(context, self)))


@strawberry.input(description="Puts all pipelines of a template into a new order.")
class ReorderPipelinesInput:
    """The pipelines of one workflow."""

    workflow_id: strawberry.ID = strawberry.field(description="The template.")
    pipeline_ids: list[strawberry.ID] = strawberry.field(description="Each of its pipelines once, first one first.")


@strawberry.input(description="Puts all stages of a pipeline into a new order.")
class ReorderStagesInput:
    """The stages of one pipeline."""

    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline.")
    stage_ids: list[strawberry.ID] = strawberry.field(description="Each of its stages once, first one first.")
