"""Statistics: numbers over what the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry
from asgiref.sync import sync_to_async

from django_workflow_engine.selectors.statistics import Statistics
from django_workflow_engine.selectors.totals import Totals
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned, resolved
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
    changes_requested: int = strawberry.field(description="Those that wait for their requester to send them again.")
    completed: int = strawberry.field(description="Those that were approved to the end.")
    rejected: int = strawberry.field(description="Those that were rejected.")
    cancelled: int = strawberry.field(description="Those that were called off.")
    avg_completion_seconds: float | None = strawberry.field(
        description="Seconds from start to completion, over the completed ones; null where there are none."
    )


@strawberry.type(description="Numbers over the templates and the runs that you may see.")
class WorkflowStatistics:
    """All breakdowns."""

    found: strawberry.Private[Statistics]

    @resolved(description="What there is, all in all.")
    async def overview(self) -> StatisticsOverview:
        return StatisticsOverview(**(await self._counted("overview")).as_dict())

    @resolved(description="Templates by status; every status once.")
    async def by_status(self) -> list[WorkflowStatusCount]:
        counts = (await self._counted("by_status")).items()
        return [WorkflowStatusCount(status=key, count=count) for key, count in counts]

    @resolved(description="Templates by strategy; every strategy once.")
    async def by_strategy(self) -> list[WorkflowStrategyCount]:
        counts = (await self._counted("by_strategy")).items()
        return [WorkflowStrategyCount(strategy=key, count=count) for key, count in counts]

    @resolved(description="By company; those with the most templates first, at most 100.")
    async def by_company(self) -> list[CompanyStatistics]:
        return _by_company(await self._counted("by_company"))

    @resolved(description="How the runs stand.")
    async def attachments(self) -> AttachmentStatistics:
        return AttachmentStatistics(**(await self._counted("attachments")).as_dict())

    @sync_to_async
    def _counted(self, name: str) -> Any:
        """One part of the numbers, counted when it is asked for."""
        return getattr(self.found, name)


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
