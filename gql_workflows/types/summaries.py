"""What a workflow's content adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

from django_workflow_engine.models import WorkFlow
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums
from gql_workflows.types.paths import path_of
from gql_workflows.types.problem_enums import ProblemCode, ProblemSeverity

if TYPE_CHECKING:
    from gql_workflows.types.workflows import Pipeline


@strawberry.type(description="One thing that is wrong with a template now.")
class TemplateProblem:
    """A problem."""

    code: ProblemCode = strawberry.field(description="Of what kind it is.")
    severity: ProblemSeverity = strawberry.field(description="What it means for runs.")
    message: str = strawberry.field(description="A sentence for people, in the language of the request.")
    path: list[str] = strawberry.field(
        description='Where: such as ["pipelines", "0", "stages", "1", "approvals", "0", "userRole"].'
    )


@strawberry.type(description="Whether a template has all that a run needs.")
class CompletionStatus:
    """The answer of the completeness check."""

    row: strawberry.Private[WorkFlow]
    is_complete: bool = strawberry.field(description="Whether a run could be started.")
    message: str = strawberry.field(description="The first thing that is missing, as a sentence.")
    is_active: bool = strawberry.field(description="Whether the template is active.")
    can_be_activated: bool = strawberry.field(description="Whether updateWorkflow may set it to ACTIVE.")

    @planned(
        description="Everything that is wrong with it now, errors first: what is missing, and roles, people, forms, "
        "conditions and functions that are not as it needs them. Empty for who may not change it."
    )
    async def problems(self, info: Info) -> list[TemplateProblem]:
        if not await info.context.loaders.action_rights.load(self.row.company_id):
            return []
        found = await info.context.loaders.template_problems.load(self.row)
        return [
            TemplateProblem(code=one.code, severity=one.severity, message=one.message, path=path_of(one.path))
            for one in found
        ]


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
