"""How long decisions take: the number of them, the median and the 90th percentile, counted by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine.choices import DECISIONS, StatisticsPeriod
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.i18n import in_own_language
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.arguments import stored_moment
from django_workflow_engine.models.durations import SecondsBetween
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.querysets import owned_by, running_on
from django_workflow_engine.models.steps import Step
from django_workflow_engine.selectors.periods import Span, number_of, spans

USUAL_DAYS: Final = 30
MOST_GROUPS: Final = 100
_RUN: Final = "flow__workflow_attachment__"  # from a step
_LINE: Final = f"{_RUN}events__"
# A decision is at the rank of so many tenths, ceil(among * tenths / 10), where rank * 10 - among * tenths is 0 to 9.
_TENTHS: Final[Mapping[str, int]] = {"median": 5, "ninth": 9}


@dataclass(frozen=True, kw_only=True)
class DecisionTimes:
    """Some decisions: how many, and within how many seconds after the request half and nine tenths of them were made.

    Both are the time of one of the decisions (nearest rank), and None where there is none.
    """

    count: int = 0
    median_seconds: float | None = None
    p90_seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class OfPosition:
    """What was decided on one position of a template's runs, by the names that it had then."""

    workflow_id: Any
    pipelines: tuple[str, str]  # English and Arabic
    stages: tuple[str, str]
    times: DecisionTimes

    @property
    def pipeline(self) -> str:
        """The pipeline, in the reader's language; empty where the approvals are the workflow's own."""
        return in_own_language(*self.pipelines)

    @property
    def name(self) -> str:
        """The position itself, in the reader's language."""
        return in_own_language(*self.stages)


@dataclass(frozen=True, kw_only=True)
class OfPerson:
    """What one person decided, for themselves or for somebody else; `key` is the primary key as a text."""

    key: str
    username: str
    times: DecisionTimes


class DecisionStatistics:
    """How long the decisions took that people made on some runs, within a time; each part is counted when asked for.

    A decision is an approval, a rejection or a request for resubmission, and no request for changes. Its time begins
    when whoever decided was asked: with a seat that was passed on, when it was. What a timer rejected is nobody's
    decision.
    """

    def __init__(self, attachments: QuerySet[WorkflowAttachment], *, since: Any = None, until: Any = None) -> None:
        self.whole = _interval(since, until)
        self._attachments = attachments

    @cached_property
    def overall(self) -> DecisionTimes:
        """All of them; one statement, as every part."""
        return _of_group(_times(self._decisions), ())

    def by_period(self, period: StatisticsPeriod) -> list[tuple[Span, DecisionTimes]]:
        """By when they were made: every period of the time, in order; raises InvalidInput for too many."""
        parts = spans(period, self.whole)
        found = _times(self._decisions.annotate(part=number_of(f"{_LINE}at", parts)), "part")
        return [(part, _of_group(found, (number,))) for number, part in enumerate(parts)]

    @cached_property
    def by_position(self) -> list[OfPosition]:
        """By where they were made: the MOST_GROUPS positions with the most decisions, the most first."""
        version = When(**{f"{_RUN}workflow__is_hidden": True}, then=f"{_RUN}workflow__cloned_from")
        rows = self._decisions.annotate(template=Coalesce(Case(version), f"{_RUN}workflow"))
        names = (f"{_LINE}from_pipeline", f"{_LINE}from_stage")
        found = _times(rows, "template", *names, told=[f"{name}_ar" for name in names])
        return [
            OfPosition(workflow_id=key, pipelines=(pipeline, told[0]), stages=(stage, told[1]), times=times)
            for (key, pipeline, stage), (told, times) in found.items()
        ]

    @cached_property
    def by_person(self) -> list[OfPerson]:
        """By who made them: the MOST_GROUPS people with the most decisions, the most first."""
        found = _times(self._decisions, f"{_LINE}actor_id", told=[f"{_LINE}actor_name"]).items()
        return [OfPerson(key=key, username=name, times=times) for (key,), ((name,), times) in found]

    @property
    def _decisions(self) -> QuerySet[Step]:
        """The steps that were decided, each with the line of the audit trail that says so.

        They are joined by the run, along foreign keys: a line keeps the key of its step alone, which may be gone.
        """
        made = {
            "kind__in": DECISIONS,
            "at__gte": self.whole.starts_at,
            "at__lt": self.whole.ends_at,
            "actor_id__gt": "",
            "step_id": F("pk"),
        }
        runs = self._attachments.order_by().values("pk")
        decided: QuerySet[Step] = Step.objects.filter(
            flow__workflow_attachment__in=runs, **{f"{_LINE}{name}": value for name, value in made.items()}
        ).order_by()
        return decided


def get_decision_statistics(
    *,
    since: Any = None,
    until: Any = None,
    workflow_id: Any = None,
    company_id: Any = None,
    period: str = StatisticsPeriod.WEEK,
) -> dict[str, Any]:
    """How long decisions take, over all runs, those of one template, or those of one company's templates.

    Counted are the decisions made from `since` on and before `until` (datetimes): the last 30 days where both are left
    out. `by_period` is a list in order of `period` ("day", "week" or "month"); `by_stage` and `by_person` are lists of
    at most 100, those with the most decisions first. Each line has `count`, `median_seconds` and `p90_seconds`.

    Raises InvalidInput for a time that ends before it begins, or has more than 100 of the periods.
    """
    if period not in StatisticsPeriod.values:
        raise InvalidInput(_("This is no period of statistics."), path=("period",))
    attachments = WorkflowAttachment.objects.all()
    if workflow_id is not None:
        attachments = attachments.filter(running_on(to_primary_key(WorkFlow, workflow_id)))
    if company_id is not None:
        attachments = attachments.filter(owned_by([to_primary_key(get_user_model(), company_id)]))
    found = DecisionStatistics(attachments, since=since, until=until)
    return {
        "since": found.whole.starts_at,
        "until": found.whole.ends_at,
        "overall": found.overall.as_dict(),
        "by_period": [
            {"starts_at": part.starts_at, "ends_at": part.ends_at, **times.as_dict()}
            for part, times in found.by_period(StatisticsPeriod(period))
        ],
        "by_stage": [
            {"workflow_id": one.workflow_id, "pipeline": one.pipeline, "stage": one.name, **one.times.as_dict()}
            for one in found.by_position
        ],
        "by_person": [{"user_id": one.key, "username": one.username, **one.times.as_dict()} for one in found.by_person],
    }


def _interval(since: Any, until: Any) -> Span:
    """The time as asked for, which ends now at the latest: nothing was decided in the future."""
    now = timezone.now()
    ends_at = stored_moment(until, "until") or now
    starts_at = stored_moment(since, "since") or min(ends_at, now) - timedelta(days=USUAL_DAYS)
    if starts_at >= ends_at:
        raise InvalidInput(_("It must end after it has begun."), path=("until",))
    if starts_at >= now:
        raise InvalidInput(_("This lies in the future."), path=("since",))
    return Span(starts_at=starts_at, ends_at=min(ends_at, now))


Told = tuple[Any, ...]


def _times(
    decisions: QuerySet[Step], *by: str, told: Sequence[str] = ()
) -> dict[tuple[Any, ...], tuple[Told, DecisionTimes]]:
    """The times of each group of decisions, the largest MOST_GROUPS groups first, with what one of its rows tells.

    The database numbers the decisions of each group by their time, and gives back the two at the ranks: every database
    knows window functions, and PostgreSQL alone percentiles of a group.
    """
    group: dict[str, Any] = {"partition_by": [F(name) for name in by]} if by else {}
    ranked = decisions.annotate(seconds=SecondsBetween("started_at", f"{_LINE}at")).annotate(
        among=Window(Count("pk"), **group), rank=Window(RowNumber(), order_by=["seconds", "pk"], **group)
    )
    placed = ranked.annotate(**{name: F("rank") * 10 - F("among") * tenths for name, tenths in _TENTHS.items()})
    at_a_rank = Q(median__gte=0, median__lt=10) | Q(ninth__gte=0, ninth__lt=10)
    rows = placed.filter(at_a_rank).order_by("-among", *by).values(*by, *told, *_TENTHS, "among", "seconds")
    found: dict[tuple[Any, ...], tuple[Told, DecisionTimes]] = {}
    for row in rows[: MOST_GROUPS * len(_TENTHS)]:
        key = tuple(row[name] for name in by)
        known = _of_group(found, key)
        times = DecisionTimes(
            count=row["among"],
            median_seconds=row["seconds"] if 0 <= row["median"] < 10 else known.median_seconds,
            p90_seconds=row["seconds"] if 0 <= row["ninth"] < 10 else known.p90_seconds,
        )
        found[key] = tuple(row[name] for name in told), times
    return dict(list(found.items())[:MOST_GROUPS])


def _of_group(found: Mapping[tuple[Any, ...], tuple[Told, DecisionTimes]], key: tuple[Any, ...]) -> DecisionTimes:
    return found[key][1] if key in found else DecisionTimes()
