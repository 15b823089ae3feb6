"""Who would be asked at each position of a route, before anything is attached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django_workflow_engine.approvals.assignees import Assignment, assign_each
from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.conditions.judging import Facts, Judgement, judge
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.strategies import Position, Route


@dataclass(frozen=True, kw_only=True)
class PlannedApproval:
    """One approval that a run would ask for, and the users it would ask; `problem` says why nobody could decide it.

    `asked_instead` says why the approval's fallback would be asked, None where whoever it asks first can be.
    One that would be skipped asks nobody. `judgements` are those of the conditions on it and on its position.
    """

    position: Position
    approval: ApprovalConfiguration
    user_ids: Sequence[Any] = ()
    problem: str | None = None
    asked_instead: str | None = None
    judgements: Sequence[Judgement] = ()

    @property
    def is_skipped(self) -> bool:
        """Whether a run would pass it over."""
        return not all(judgement.is_asked for judgement in self.judgements)


def preview(route: Route, *, origin: Origin, facts: Facts) -> list[PlannedApproval]:
    """Every approval of the route in the order in which a run asks them, as if each were opened at this moment.

    People and roles are read for the whole route together; round robins and hierarchies cost a statement or a few
    each.
    """
    planned = [one for position in route.positions for one in _judged(position, facts)]
    asked = [(one.position, one.approval) for one in planned if not one.is_skipped]
    found = assign_each(asked, origin)
    return [one if one.is_skipped else _with_people(one, next(found)) for one in planned]


def _judged(position: Position, facts: Facts) -> list[PlannedApproval]:
    above = [judge(condition, facts) for condition in position.conditions]
    return [
        PlannedApproval(
            position=position,
            approval=approval,
            judgements=above if approval.condition is None else [*above, judge(approval.condition, facts)],
        )
        for approval in position.approvals
    ]


def _with_people(planned: PlannedApproval, found: Assignment | NoApprover) -> PlannedApproval:
    if isinstance(found, NoApprover):
        return replace(planned, problem=found.message)
    return replace(planned, user_ids=found.user_ids, asked_instead=found.because)
