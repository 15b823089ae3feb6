"""How far a run is, from its route and its place alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django_workflow_engine.choices import RUNNING, AttachmentStatus
from django_workflow_engine.strategies.base import Position, Route


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is; `place` is 1-based, 0 before the start and the total when completed.

    A position that was skipped counts neither as done nor as left.
    """

    status: AttachmentStatus
    percentage: int
    place: int
    total: int
    current: Position | None
    next: Position | None

    @property
    def standing(self) -> Position | None:
        """The position where the run stands now; None before it starts and once it has ended, wherever that was."""
        return self.current if self.status in RUNNING else None


def progress_of(
    *, status: str, route: Route, pipeline_id: int | None, stage_id: int | None, skipped: Collection[int] = ()
) -> Progress:
    """The progress of a run that stands at these ids and has skipped the positions of these holders.

    The percentage is completed positions of all that were not skipped, rounded down, and 100 only when completed; a
    rejected or cancelled run keeps its last value. It never goes back where a run goes on: what is skipped on the way
    leaves fewer to go.
    """
    passed_over = {place for place, position in enumerate(route.positions) if position.holder.id in skipped}
    state, total = AttachmentStatus(status), len(route) - len(passed_over)
    index = None if state == AttachmentStatus.NOT_STARTED else route.index(pipeline_id=pipeline_id, stage_id=stage_id)
    current = None if index is None else route.positions[index]
    if state == AttachmentStatus.COMPLETED:
        return Progress(status=state, percentage=100, place=total, total=total, current=current, next=None)
    if index is None or current is None:
        return Progress(status=state, percentage=0, place=0, total=total, current=None, next=route.first)
    done = index - sum(place < index for place in passed_over)
    return Progress(
        status=state,
        percentage=100 * done // total,
        place=done + 1,
        total=total,
        current=current,
        next=route.after(current) if state in RUNNING else None,
    )
