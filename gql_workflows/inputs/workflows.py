"""Inputs for whole templates and their parts."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from gql_workflows.context import Context
from gql_workflows.inputs.actions import ActionInput, actions_to_service
from gql_workflows.inputs.approvals import ApprovalInput, approvals_to_service
from gql_workflows.inputs.references import References, company_key
from gql_workflows.scalars.absent import given
from gql_workflows.types import enums


@strawberry.input(description="One stage of a pipeline.")
class StageInput:
    """A stage to create."""

    name_en: str = strawberry.field(description="The English name, at most 255 characters.")
    name_ar: str | None = strawberry.field(
        default=strawberry.UNSET, description="The Arabic name, at most 255 characters."
    )
    order: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The place within the pipeline, from 0; left out: behind the one before it.",
    )
    color: str | None = strawberry.field(default=strawberry.UNSET, description="The colour as #rrggbb.")
    is_active: bool = strawberry.field(default=True, description="False: runs skip the stage.")
    form_info: JSON | None = strawberry.field(default=strawberry.UNSET, description="Free JSON for the client's forms.")
    approvals: list[ApprovalInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What is asked here, in order; at most 20."
    )
    actions: list[ActionInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What events call at this stage, in place of the pipeline's actions."
    )

    def to_service(self, references: References) -> StageSpec:
        """The stage as the engine takes it."""
        return StageSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            color=given(self.color),
            is_active=self.is_active,
            form_info=given(self.form_info, {}),
            approvals=approvals_to_service(self.approvals, references),
            actions=actions_to_service(self.actions),
        )


@strawberry.input(description="One pipeline of a workflow.")
class PipelineInput:
    """A pipeline to create."""

    name_en: str = strawberry.field(description="The English name, at most 255 characters.")
    name_ar: str | None = strawberry.field(
        default=strawberry.UNSET, description="The Arabic name, at most 255 characters."
    )
    order: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The place within the workflow, from 0; left out: behind the one before it.",
    )
    department_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The primary key of the department that the pipeline belongs to."
    )
    number_of_stages: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Makes this many empty stages, to be configured later; not together with stages.",
    )
    stages: list[StageInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The stages (strategy WORKFLOW_PIPELINE_STAGE only); at most 50."
    )
    approvals: list[ApprovalInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What is asked here, in order (strategy WORKFLOW_PIPELINE only); at most 20.",
    )
    actions: list[ActionInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What events call in this pipeline, in place of the workflow's actions."
    )

    def to_service(self, references: References) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        return PipelineSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            department_id=references.department(self.department_id),
            number_of_stages=given(self.number_of_stages),
            stages=[stage.to_service(references) for stage in given(self.stages, ())],
            approvals=approvals_to_service(self.approvals, references),
            actions=actions_to_service(self.actions),
        )


@strawberry.input(description="A whole template.")
class CreateWorkflowInput:
    """A template to create with everything below it."""

    name_en: str = strawberry.field(description="The English name, at most 255 characters.")
    name_ar: str | None = strawberry.field(
        default=strawberry.UNSET, description="The Arabic name, at most 255 characters."
    )
    description: str | None = strawberry.field(default=strawberry.UNSET, description="What the workflow is for.")
    company_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The user that stands for the owning company; left out: everybody's."
    )
    strategy: enums.WorkflowStrategy = strawberry.field(
        default=WorkflowStrategy.WORKFLOW_PIPELINE_STAGE,
        description="The level that carries the approvals; it never changes.",
    )
    status: enums.WorkflowStatus = strawberry.field(
        default=WorkflowStatus.ACTIVE, description="ACTIVE stores DRAFT while the template is not complete."
    )
    pipelines: list[PipelineInput] | None = strawberry.field(
        default=strawberry.UNSET, description="The pipelines (not in strategy WORKFLOW_ONLY); at most 50."
    )
    approvals: list[ApprovalInput] | None = strawberry.field(
        default=strawberry.UNSET, description="What is asked, in order (strategy WORKFLOW_ONLY only); at most 20."
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
        pipelines = given(self.pipelines, ())
        references = References(
            context,
            approvals=[approval for node in self.nodes for approval in given(node.approvals, ())],
            departments=[pipeline.department_id for pipeline in pipelines],
        )
        return WorkflowSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            description=given(self.description, ""),
            company_id=company_key(self.company_id),
            strategy=self.strategy,
            status=self.status,
            pipelines=[pipeline.to_service(references) for pipeline in pipelines],
            approvals=approvals_to_service(self.approvals, references),
            actions=actions_to_service(self.actions),
        )


Node = StageInput | PipelineInput | CreateWorkflowInput


def has_actions(*nodes: Node) -> bool:
    """Whether one of these, or anything in them, asks for an action."""
    return any(given(node.actions) for node in nodes)
