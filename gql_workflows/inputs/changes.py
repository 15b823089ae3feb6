"""Inputs that change templates: absent keeps, null is REQUIRED where a value must be, [] empties."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON

from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec
from gql_workflows.context import Context
from gql_workflows.inputs.approvals import ApprovalInput, approvals_to_service
from gql_workflows.inputs.references import References, company_key
from gql_workflows.inputs.workflows import PipelineInput, StageInput
from gql_workflows.scalars.absent import change, given
from gql_workflows.types import enums

NAME_EN = "The English name, at most 255 characters."
NAME_AR = "The Arabic name, at most 255 characters; null or empty: none."
APPROVALS = "All that is asked here, in order, in place of what was asked before; []: nothing."


@strawberry.input(description="Changes a template's own values; what is left out stays. A strategy never changes.")
class UpdateWorkflowInput:
    """Changes of a workflow."""

    id: strawberry.ID = strawberry.field(description="The template.")
    company_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The user that stands for the owning company; null: everybody's."
    )
    name_en: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_EN)
    name_ar: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_AR)
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What the workflow is for; null or empty: nothing is said."
    )
    status: enums.WorkflowStatus | None = strawberry.field(
        default=strawberry.UNSET, description="ACTIVE needs a complete template: else WORKFLOW_INCOMPLETE."
    )
    approvals: list[ApprovalInput] | None = strawberry.field(default=strawberry.UNSET, description=APPROVALS)

    def to_service(self, context: Context) -> WorkflowChanges:
        """The changes as the engine takes them."""
        company = change(self.company_id)
        return WorkflowChanges(
            name_en=change(self.name_en),
            name_ar=change(self.name_ar),
            description=change(self.description),
            company_id=company_key(company) if isinstance(company, str) else company,
            status=change(self.status),
            approvals=_approvals(self.approvals, References(context, approvals=given(self.approvals, ()))),
        )


@strawberry.input(description="Adds a pipeline to a template.")
class CreatePipelineInput:
    """A pipeline and its workflow."""

    workflow_id: strawberry.ID = strawberry.field(description="The template.")
    pipeline: PipelineInput = strawberry.field(description="The pipeline, with its stages if it has any.")

    def to_service(self, context: Context) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        nodes = [self.pipeline, *given(self.pipeline.stages, ())]
        approvals = [approval for node in nodes for approval in given(node.approvals, ())]
        return self.pipeline.to_service(
            References(context, approvals=approvals, departments=[self.pipeline.department_id])
        )


@strawberry.input(description="Changes a pipeline's own values; what is left out stays.")
class UpdatePipelineInput:
    """Changes of a pipeline."""

    id: strawberry.ID = strawberry.field(description="The pipeline.")
    name_en: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_EN)
    name_ar: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_AR)
    order: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The place within the workflow, from 0; one that another pipeline has is a CONFLICT.",
    )
    department_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The primary key of the department it belongs to; null: none."
    )
    approvals: list[ApprovalInput] | None = strawberry.field(default=strawberry.UNSET, description=APPROVALS)

    def to_service(self, context: Context) -> PipelineChanges:
        """The changes as the engine takes them."""
        references = References(context, approvals=given(self.approvals, ()), departments=[self.department_id])
        department = change(self.department_id)
        return PipelineChanges(
            name_en=change(self.name_en),
            name_ar=change(self.name_ar),
            order=change(self.order),
            department_id=references.department(department) if isinstance(department, str) else department,
            approvals=_approvals(self.approvals, references),
        )


@strawberry.input(description="Adds a stage to a pipeline.")
class CreateStageInput:
    """A stage and its pipeline."""

    pipeline_id: strawberry.ID = strawberry.field(description="The pipeline.")
    stage: StageInput = strawberry.field(description="The stage.")

    def to_service(self, context: Context) -> StageSpec:
        """The stage as the engine takes it."""
        return self.stage.to_service(References(context, approvals=given(self.stage.approvals, ())))


@strawberry.input(description="Changes a stage's own values; what is left out stays.")
class UpdateStageInput:
    """Changes of a stage."""

    id: strawberry.ID = strawberry.field(description="The stage.")
    name_en: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_EN)
    name_ar: str | None = strawberry.field(default=strawberry.UNSET, description=NAME_AR)
    order: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The place within the pipeline, from 0; one that another stage has is a CONFLICT.",
    )
    color: str | None = strawberry.field(
        default=strawberry.UNSET, description="The colour as #rrggbb; null: the usual one."
    )
    is_active: bool | None = strawberry.field(default=strawberry.UNSET, description="False: runs skip the stage.")
    form_info: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="Free JSON for the client's forms; null: {}."
    )
    approvals: list[ApprovalInput] | None = strawberry.field(default=strawberry.UNSET, description=APPROVALS)

    def to_service(self, context: Context) -> StageChanges:
        """The changes as the engine takes them."""
        return StageChanges(
            name_en=change(self.name_en),
            name_ar=change(self.name_ar),
            order=change(self.order),
            color=change(self.color),
            is_active=change(self.is_active),
            form_info=change(self.form_info),
            approvals=_approvals(self.approvals, References(context, approvals=given(self.approvals, ()))),
        )


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


def _approvals(inputs: Any, references: References) -> Any:
    value = change(inputs)
    return approvals_to_service(value, references) if isinstance(value, list) else value
