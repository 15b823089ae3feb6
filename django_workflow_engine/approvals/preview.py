"""Who would be asked at each position of a route, before anything is attached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django_workflow_engine.approvals.assignees import assign_each
from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.strategies import Position, Route


@dataclass(frozen=True, kw_only=True)
class PlannedApproval:
    """One approval that a run would ask for, and the users it would ask; `problem` says why nobody could decide it."""

    position: Position
    approval: ApprovalConfiguration
    user_ids: Sequence[Any]
    problem: str | None = None


def preview(route: Route, *, origin: Origin) -> list[PlannedApproval]:
    """Every approval of the route in the order in which a run asks them, as if each were opened at this moment.

    People and roles are read for the whole route together; round robins and hierarchies cost a statement or a few
    each.
    """
    asked = [(position, approval) for position in route.positions for approval in position.approvals]
    return [
        PlannedApproval(position=position, approval=approval, user_ids=user_ids, problem=problem)
        for (position, approval), (user_ids, problem) in zip(asked, assign_each(asked, origin), strict=True)
    ]
