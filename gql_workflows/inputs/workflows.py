"""Inputs for templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import strawberry
from django.contrib.auth import get_user_model
from strawberry.scalars import JSON

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from gql_workflows.context import Context
from gql_workflows.ids import row_key
from gql_workflows.inputs.absent import given
from gql_workflows.inputs.naming import NO_ROW, Naming
from gql_workflows.types import enums


@strawberry.input(description="One approval of a position.")
class ApprovalInput:
    """Who decides one approval."""

    approval_type: enums.ApproverType = strawberry.field(description="Who decides.")
    approval_user: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The user of a USER approval, and of no other."
    )
    user_role: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The role of a ROLE approval, and of no other."
    )
    role_selection_strategy: enums.RoleSelectionStrategy | None = strawberry.field(
        default=strawberry.UNSET, description="How the role's members share the approval; ANYONE when left out."
    )

    def to_service(self, naming: Naming) -> dict[str, Any]:
        """The approval in the form that the engine stores."""
        strategy = given(self.role_selection_strategy)
        values = {
            "approval_type": self.approval_type.value,
            "approval_user": naming.user(self.approval_user),
            "user_role": naming.role(self.user_role),
            "role_selection_strategy": strategy and strategy.value,
        }
        return {name: value for name, value in values.items() if value is not None}


def _approvals(inputs: Any, naming: Naming) -> list[dict[str, Any]]:
    return [approval.to_service(naming) for approval in given(inputs, ())]


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

    def to_service(self, naming: Naming) -> StageSpec:
        """The stage as the engine takes it."""
        return StageSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            color=given(self.color),
            is_active=self.is_active,
            form_info=given(self.form_info, {}),
            approvals=_approvals(self.approvals, naming),
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

    def to_service(self, naming: Naming) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        return PipelineSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            department_id=naming.department(self.department_id),
            number_of_stages=given(self.number_of_stages),
            stages=[stage.to_service(naming) for stage in given(self.stages, ())],
            approvals=_approvals(self.approvals, naming),
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

    def to_service(self, context: Context) -> WorkflowSpec:
        """The template as the engine takes it; what the caller may not name is reported as not found."""
        pipelines = given(self.pipelines, ())
        naming = _naming(context, self, pipelines)
        return WorkflowSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            description=given(self.description, ""),
            company_id=None if given(self.company_id) is None else _company(self.company_id),
            strategy=self.strategy,
            status=self.status,
            pipelines=[pipeline.to_service(naming) for pipeline in pipelines],
            approvals=_approvals(self.approvals, naming),
        )


def _company(value: Any) -> Any:
    key = row_key(value, "User", get_user_model())
    return NO_ROW if key is None else key


def _naming(context: Context, workflow: CreateWorkflowInput, pipelines: Sequence[PipelineInput]) -> Naming:
    stages = [stage for pipeline in pipelines for stage in given(pipeline.stages, ())]
    approvals = [approval for node in (workflow, *pipelines, *stages) for approval in given(node.approvals, ())]
    return Naming(
        context,
        users=[approval.approval_user for approval in approvals],
        roles=[approval.user_role for approval in approvals],
        departments=[pipeline.department_id for pipeline in pipelines],
    )
