"""Where a run goes next: what its conditions let it pass over is skipped, judged on the object as it is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django_workflow_engine.choices import EventKind
from django_workflow_engine.conditions.judging import Facts, Judgement, judge
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.conditions.expressions import Expression
from django_workflow_engine.services.journal import Journal
from django_workflow_engine.strategies import Position


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A position, or one approval of it, that is not asked; `details` are what says so, and the values that it saw."""

    position: Position
    details: Mapping[str, Any]
    approval: ApprovalConfiguration | None = None

    def note(self, journal: Journal, left: Position | None) -> None:
        """Put it into the audit trail."""
        kind = EventKind.POSITION_SKIPPED if self.approval is None else EventKind.APPROVAL_SKIPPED
        journal.add(kind, left=left, entered=self.position, details=self.details)


@dataclass(frozen=True, kw_only=True)
class Way:
    """What lies between a run and what it asks next.

    `position` is where it asks, None where nothing is left to ask; `approvals` are those of it that would be asked
    now, in order, the first of which is opened. `skipped` is what is passed over before that. `broken` are judgements
    of what is asked because its condition could not be read.
    """

    position: Position | None = None
    approvals: Sequence[ApprovalConfiguration] = ()
    skipped: Sequence[Skipped] = ()
    broken: Sequence[Judgement] = ()

    @property
    def entered(self) -> Position:
        """Where it asks; whoever calls this knows that there is such a place."""
        if self.position is None:
            raise LookupError("Nothing is left to ask")
        return self.position

    @property
    def details(self) -> dict[str, Any]:
        """What the event of entering keeps: why conditions could not be read, by field."""
        problems = {name: told for judgement in self.broken for name, told in judgement.problems.items()}
        return {"problems": problems} if problems else {}

    @property
    def positions_skipped(self) -> list[Position]:
        """The positions that are passed over."""
        return [one.position for one in self.skipped if one.approval is None]


def way_through(positions: Iterable[Position], facts: Facts) -> Way:
    """The way to the first of these positions that is asked."""
    way = Way()
    for position in positions:
        found = way_into(position, facts)
        way = replace(found, skipped=[*way.skipped, *found.skipped])
        if way.position is not None:
            break
    return way


def way_into(position: Position, facts: Facts) -> Way:
    """The way to the first approval of a position, which is skipped where its conditions say so, or all approvals'."""
    judged = _judged(position.conditions, facts)
    against = [judgement for judgement in judged if not judgement.is_asked]
    if against:
        return Way(skipped=[Skipped(position=position, details=against[0].details)])
    if not position.approvals:  # only on an unfrozen template, for the caller to refuse
        return Way(position=position)
    way = way_within(position, position.approvals, facts)
    if way.position is None:
        approvals = [one.details for one in way.skipped]
        return Way(skipped=[Skipped(position=position, details={"approvals": approvals})])
    return replace(way, broken=[*(judgement for judgement in judged if judgement.problems), *way.broken])


def way_within(position: Position, approvals: Sequence[ApprovalConfiguration], facts: Facts) -> Way:
    """The way to the first of these approvals that is asked, or to all of them, of a position that is asked itself.

    Nothing is left to ask where there is none, or all of them are skipped.
    """
    verdicts = {one.index: judge(one.condition, facts) for one in approvals if one.condition is not None}
    asked = [one for one in approvals if one.index not in verdicts or verdicts[one.index].is_asked]
    at_once = position.asks_at_once
    passed = [one for one in approvals if one not in asked and (at_once or not asked or one.index < asked[0].index)]
    opened = [verdicts.get(one.index) for one in (asked if at_once else asked[:1])]
    return Way(
        position=position if asked else None,
        approvals=asked,
        skipped=[
            Skipped(position=position, approval=one, details={"approval": one.index, **verdicts[one.index].details})
            for one in passed
        ],
        broken=[judgement for judgement in opened if judgement is not None and judgement.problems],
    )


def _judged(conditions: Iterable[Expression], facts: Facts) -> list[Judgement]:
    return [judge(condition, facts) for condition in conditions]
