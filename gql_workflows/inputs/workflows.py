"""Inputs for templates."""

from __future__ import annotations

from typing import Any

import strawberry
from django.contrib.auth import get_user_model
from strawberry.scalars import JSON

from django_workflow_engine import conf
from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from gql_workflows.ids import row_key
from gql_workflows.inputs.absent import given
from gql_workflows.types import enums

_NO_ROW = "?"  # stands for an id that can belong to no row, so that the engine reports it with its path


def _user_key(value: Any) -> Any:
    if not given(value):
        return None
    key = row_key(value, "User", get_user_model())
    return _NO_ROW if key is None else key


def _role_key(value: Any) -> Any:
    if not given(value):
        return None
    model = conf.role_model()
    key = None if model is None else row_key(value, "Role", model)
    return _NO_ROW if key is None else key


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

    def to_service(self) -> dict[str, Any]:
        """The approval in the form that the engine stores."""
        strategy = given(self.role_selection_strategy)
        values = {
            "approval_type": self.approval_type.value,
            "approval_user": _user_key(self.approval_user),
            "user_role": _role_key(self.user_role),
            "role_selection_strategy": strategy and strategy.value,
        }
        return {name: value for name, value in values.items() if value is not None}


def _approvals(inputs: Any) -> list[dict[str, Any]]:
    return [approval.to_service() for approval in given(inputs, ())]


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

    def to_service(self) -> StageSpec:
        """The stage as the engine takes it."""
        return StageSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            color=given(self.color),
            is_active=self.is_active,
            form_info=given(self.form_info, {}),
            approvals=_approvals(self.approvals),
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

    def to_service(self) -> PipelineSpec:
        """The pipeline as the engine takes it."""
        return PipelineSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            order=given(self.order),
            department_id=given(self.department_id),
            number_of_stages=given(self.number_of_stages),
            stages=[stage.to_service() for stage in given(self.stages, ())],
            approvals=_approvals(self.approvals),
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

    def to_service(self) -> WorkflowSpec:
        """The template as the engine takes it."""
        return WorkflowSpec(
            name_en=self.name_en,
            name_ar=given(self.name_ar, ""),
            description=given(self.description, ""),
            company_id=_user_key(self.company_id),
            strategy=self.strategy,
            status=self.status,
            pipelines=[pipeline.to_service() for pipeline in given(self.pipelines, ())],
            approvals=_approvals(self.approvals),
        )
