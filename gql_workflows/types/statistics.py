"""Statistics: numbers over what the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry

from django_workflow_engine.selectors.statistics import AttachmentCounts, Statistics
from django_workflow_engine.selectors.totals import Totals
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums
from gql_workflows.types.people import User


@strawberry.type(description="What there is, all in all.")
class StatisticsOverview:
    """Totals and averages."""

    total_workflows: int = strawberry.field(description="The number of templates.")
    active_workflows: int = strawberry.field(description="The number of active templates.")
    total_pipelines: int = strawberry.field(description="The number of their pipelines.")
    total_stages: int = strawberry.field(description="The number of their stages.")
    total_approvals: int = strawberry.field(description="The number of their approvals, at all levels.")
    avg_pipelines_per_workflow: float = strawberry.field(description="Pipelines to a template; 0 without templates.")
    avg_stages_per_workflow: float = strawberry.field(description="Stages to a template; 0 without templates.")
    avg_approvals_per_stage: float = strawberry.field(
        description="Approvals that stages ask for, to a stage; 0 without stages."
    )


@strawberry.type(description="How many templates have one status.")
class WorkflowStatusCount:
    """A line of a breakdown."""

    status: enums.WorkflowStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="The number of templates.")


@strawberry.type(description="How many templates have one strategy.")
class WorkflowStrategyCount:
    """A line of a breakdown."""

    strategy: enums.WorkflowStrategy = strawberry.field(description="The strategy.")
    count: int = strawberry.field(description="The number of templates.")


@strawberry.type(description="What one company has.")
class CompanyStatistics:
    """A line of a breakdown."""

    company_id: strawberry.Private[Any]
    workflows: int = strawberry.field(description="The number of its templates.")
    pipelines: int = strawberry.field(description="The number of their pipelines.")
    stages: int = strawberry.field(description="The number of their stages.")
    approvals: int = strawberry.field(description="The number of their approvals, at all levels.")

    @planned(description="The user that stands for the company; null: what belongs to everybody.")
    async def company(self, info: Info) -> User | None:
        return None if self.company_id is None else await info.context.loaders.users.load(self.company_id)


@strawberry.type(description="How the runs stand.")
class AttachmentStatistics:
    """Runs by status."""

    total: int = strawberry.field(description="The number of attachments.")
    not_started: int = strawberry.field(description="Those that wait for startWorkflow.")
    in_progress: int = strawberry.field(description="Those that wait for decisions.")
    completed: int = strawberry.field(description="Those that were approved to the end.")
    rejected: int = strawberry.field(description="Those that were rejected.")
    cancelled: int = strawberry.field(description="Those that were called off.")
    avg_completion_seconds: float | None = strawberry.field(
        description="Seconds from start to completion, over the completed ones; null where there are none."
    )


@strawberry.type(description="Numbers over the templates and the runs that you may see.")
class WorkflowStatistics:
    """All breakdowns."""

    overview: StatisticsOverview = strawberry.field(description="What there is, all in all.")
    by_status: list[WorkflowStatusCount] = strawberry.field(description="Templates by status; every status once.")
    by_strategy: list[WorkflowStrategyCount] = strawberry.field(
        description="Templates by strategy; every strategy once."
    )
    by_company: list[CompanyStatistics] = strawberry.field(
        description="By company; those with the most templates first, at most 100."
    )
    attachments: AttachmentStatistics = strawberry.field(description="How the runs stand.")


@strawberry.type(description="What there is to clean up.")
class CleanupStatistics:
    """Runs by state and age."""

    total_attachments: int = strawberry.field(description="The number of attachments.")
    completed_attachments: int = strawberry.field(description="Those that completed.")
    rejected_attachments: int = strawberry.field(description="Those that were rejected.")
    in_progress_attachments: int = strawberry.field(description="Those that still run.")
    older_than_30_days: int = strawberry.field(
        name="olderThan30Days", description="Completed and rejected ones that ended 30 days ago or earlier."
    )
    older_than_90_days: int = strawberry.field(
        name="olderThan90Days", description="Completed and rejected ones that ended 90 days ago or earlier."
    )
    older_than_365_days: int = strawberry.field(
        name="olderThan365Days", description="Completed and rejected ones that ended 365 days ago or earlier."
    )

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> CleanupStatistics:
        """The numbers as clients see them."""
        return cls(**{name: found[name] for name in cls.__annotations__})


_MOST_COMPANIES = 100


def statistics_type(found: Statistics) -> WorkflowStatistics:
    """The numbers as clients see them."""
    return WorkflowStatistics(
        overview=StatisticsOverview(**found.overview.as_dict()),
        by_status=[WorkflowStatusCount(status=key, count=count) for key, count in found.by_status.items()],
        by_strategy=[WorkflowStrategyCount(strategy=key, count=count) for key, count in found.by_strategy.items()],
        by_company=_by_company(found.by_company),
        attachments=_attachments(found.attachments),
    )


def _by_company(found: Mapping[Any, Totals]) -> list[CompanyStatistics]:
    largest = sorted(found.items(), key=lambda entry: (-entry[1].workflows, str(entry[0])))[:_MOST_COMPANIES]
    return [
        CompanyStatistics(
            company_id=key,
            workflows=totals.workflows,
            pipelines=totals.pipelines,
            stages=totals.stages,
            approvals=totals.approvals,
        )
        for key, totals in largest
    ]


def _attachments(found: AttachmentCounts) -> AttachmentStatistics:
    return AttachmentStatistics(**found.as_dict())
