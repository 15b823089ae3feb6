"""Inputs for whole templates and their parts."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from gql_workflows.context import Context
from gql_workflows.inputs.actions import ActionInput, actions_to_service
from gql_workflows.inputs.declared import creates, references_for, to_create
from gql_workflows.inputs.references import References
from gql_workflows.scalars.absent import given


@strawberry.input(description="One stage of a pipeline.")
@creates(StageSpec)
class StageInput:
    """A stage to create."""

    actions: list[ActionInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What events call at this stage, in place of the pipeline's actions."
    )

    def to_service(self, references: References) -> StageSpec:
        """The stage as the engine takes it."""
        return StageSpec(**to_create(self, references), actions=actions_to_service(self.actions))


@strawberry.input(description="One pipeline of a workflow.")
@creates(PipelineSpec)
class PipelineInput:
    """A pipeline to create."""

    stages: list[StageInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The stages (strategy WORKFLOW_PIPELINE_STAGE only); at most 50."
    )
    actions: list[ActionInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What events call in this pipeline, in place of the workflow's actions."
    )

    def to_service(self, references: References) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        return PipelineSpec(
            **to_create(self, references),
            stages=[stage.to_service(references) for stage in given(self.stages, ())],
            actions=actions_to_service(self.actions),
        )


@strawberry.input(description="A whole template.")
@creates(WorkflowSpec)
class CreateWorkflowInput:
    """A template to create with everything below it."""

    pipelines: list[PipelineInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The pipelines (not in strategy WORKFLOW_ONLY); at most 50."
    )
    actions: list[ActionInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What events call where nothing below names an action for them."
    )

    @property
    def nodes(self) -> Sequence[Node]:
        """Everything in the input that can carry approvals and actions."""
        pipelines = given(self.pipelines, ())
        return [self, *pipelines, *(stage for pipeline in pipelines for stage in given(pipeline.stages, ()))]

    def to_service(self, context: Context) -> WorkflowSpec:
        """The template as the engine takes it; what the caller may not name is reported as not found."""
        references = references_for(context, *self.nodes)
        return WorkflowSpec(
            **to_create(self, references),
            pipelines=[pipeline.to_service(references) for pipeline in given(self.pipelines, ())],
            actions=actions_to_service(self.actions),
        )


Node = StageInput | PipelineInput | CreateWorkflowInput


def has_actions(*nodes: Node) -> bool:
    """Whether one of these, or anything in them, asks for an action."""
    return any(given(node.actions) for node in nodes)
