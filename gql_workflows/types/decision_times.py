"""How long decisions take: by period, by stage and by person."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry
from asgiref.sync import sync_to_async

from django_workflow_engine.choices import StatisticsPeriod
from django_workflow_engine.selectors import decision_times as found
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned, resolved
from gql_workflows.limits.prices import PRICE, STATISTICS
from gql_workflows.types import enums
from gql_workflows.types.people import User

if TYPE_CHECKING:
    from gql_workflows.types.workflows import Workflow

_DEAR: Final = {PRICE: STATISTICS}
Period = Annotated[
    enums.StatisticsPeriod,
    strawberry.argument(description="What to cut the time into; more than 100 of them are INVALID."),
]


@strawberry.type(
    description="How many decisions there are, and how long they took: from the moment when whoever decided was asked."
)
class DecisionTimes:
    """Numbers of one group of decisions."""

    count: int = strawberry.field(description="The number of decisions.")
    median_seconds: float | None = strawberry.field(
        description="Half of the decisions took so many seconds at most; null where there is none."
    )
    p90_seconds: float | None = strawberry.field(
        description="Nine of ten decisions took so many seconds at most: the 90th percentile; null where there is none."
    )

    @classmethod
    def of(cls, times: found.DecisionTimes) -> DecisionTimes:
        """The numbers as clients see them."""
        return cls(**times.as_dict())


@strawberry.type(description="The decisions of one period.")
class PeriodDecisions:
    """A line of a breakdown."""

    starts_at: datetime.datetime = strawberry.field(description="When it begins; the first one begins with the time.")
    ends_at: datetime.datetime = strawberry.field(
        description="When it ends, not included; the last one ends with the time."
    )
    times: DecisionTimes = strawberry.field(description="How long the decisions took that were made in it.")


@strawberry.type(description="The decisions of one stage, or of a pipeline or workflow that carries approvals itself.")
class StageDecisions:
    """A line of a breakdown."""

    workflow_id: strawberry.Private[Any]
    pipeline_name: str | None = strawberry.field(
        description="The pipeline's name at the moment of the decisions, in the language of the request; null where "
        "the workflow itself carries the approvals."
    )
    name: str = strawberry.field(
        description="The name of the stage, or of what carries the approvals, at the moment of the decisions."
    )
    times: DecisionTimes = strawberry.field(description="How long the decisions took that were made there.")

    @planned(description="The template; null where it is gone or you may not see it.")
    async def workflow(
        self, info: Info
    ) -> Annotated[Workflow, strawberry.lazy("gql_workflows.types.workflows")] | None:
        loaded: Any = await info.context.loaders.visible_templates.load(self.workflow_id)
        return loaded  # type: ignore[no-any-return]


@strawberry.type(description="The decisions of one person.")
class PersonDecisions:
    """A line of a breakdown."""

    key: strawberry.Private[str]
    username: str = strawberry.field(description="The username when one of the decisions was made.")
    times: DecisionTimes = strawberry.field(
        description="How long this person took to decide, for others that they stood in for, too."
    )

    @planned(description="Who decided; null for somebody who is gone.")
    async def user(self, info: Info) -> User | None:
        loaded: Any = await info.context.loaders.users.load(self.key)
        return loaded  # type: ignore[no-any-return]


@strawberry.type(
    description="How long the decisions took that people made in a time: approvals, rejections and requests for "
    "resubmission. What was rejected because the time was up is nobody's decision."
)
class DecisionStatistics:
    """All breakdowns."""

    found: strawberry.Private[found.DecisionStatistics]

    @resolved(description="When the time begins.")
    def since(self) -> datetime.datetime:
        return self.found.whole.starts_at

    @resolved(description="When the time ends, not included; now at the latest.")
    def until(self) -> datetime.datetime:
        return self.found.whole.ends_at

    @resolved(description="All of them.", metadata=_DEAR)
    @sync_to_async
    def overall(self) -> DecisionTimes:
        return DecisionTimes.of(self.found.overall)

    @resolved(
        description="By when they were made: every period of the time in order, those without decisions, too.",
        metadata=_DEAR,
    )
    @sync_to_async
    def by_period(self, period: Period = StatisticsPeriod.WEEK) -> list[PeriodDecisions]:
        return [
            PeriodDecisions(starts_at=part.starts_at, ends_at=part.ends_at, times=DecisionTimes.of(times))
            for part, times in self.found.by_period(period)
        ]

    @resolved(description="By where they were made; those with the most decisions first, at most 100.", metadata=_DEAR)
    @sync_to_async
    def by_stage(self) -> list[StageDecisions]:
        return [
            StageDecisions(
                workflow_id=one.workflow_id,
                pipeline_name=one.pipeline or None,
                name=one.name,
                times=DecisionTimes.of(one.times),
            )
            for one in self.found.by_position
        ]

    @resolved(description="By who made them; those with the most decisions first, at most 100.", metadata=_DEAR)
    @sync_to_async
    def by_person(self) -> list[PersonDecisions]:
        return [
            PersonDecisions(key=one.key, username=one.username, times=DecisionTimes.of(one.times))
            for one in self.found.by_person
        ]
