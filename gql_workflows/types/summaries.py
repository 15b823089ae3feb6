"""What a workflow's content adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from gql_workflows.types import enums

if TYPE_CHECKING:
    from gql_workflows.types.workflows import Pipeline


@strawberry.type(description="Whether a template has all that a run needs.")
class CompletionStatus:
    """The answer of the completeness check."""

    is_complete: bool = strawberry.field(description="Whether a run could be started.")
    message: str = strawberry.field(description="The first thing that is missing, as a sentence.")
    is_active: bool = strawberry.field(description="Whether the template is active.")
    can_be_activated: bool = strawberry.field(description="Whether updateWorkflow may set it to ACTIVE.")


@strawberry.type(description="How many approvals are decided by one kind of approver.")
class ApproverTypeCount:
    """A line of a breakdown."""

    approval_type: enums.ApproverType = strawberry.field(description="Who decides.")
    count: int = strawberry.field(description="The number of approvals.")


@strawberry.type(description="How many role approvals are shared in one way.")
class RoleStrategyCount:
    """A line of a breakdown."""

    role_selection_strategy: enums.RoleSelectionStrategy = strawberry.field(description="How members share.")
    count: int = strawberry.field(description="The number of approvals.")


@strawberry.type(description="How many approvals one pipeline has, its stages included.")
class PipelineApprovalCount:
    """A line of a breakdown."""

    pipeline: Annotated[Pipeline, strawberry.lazy("gql_workflows.types.workflows")] = strawberry.field(
        description="The pipeline."
    )
    count: int = strawberry.field(description="The number of approvals.")


@strawberry.type(description="A workflow's approvals, counted.")
class ApprovalSummary:
    """The breakdown of all approvals."""

    total_approvals: int = strawberry.field(description="The number of approvals at all levels.")
    by_type: list[ApproverTypeCount] = strawberry.field(description="By who decides; kinds without any left out.")
    by_strategy: list[RoleStrategyCount] = strawberry.field(description="Role approvals by how members share.")
    by_pipeline: list[PipelineApprovalCount] = strawberry.field(description="By pipeline, in order.")
