"""Telling actions who is asked for an approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_workflow_engine.actions.events import Fired
from django_workflow_engine.actions.resolution import actions_for
from django_workflow_engine.choices import ActionType
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.journal import Journal
from django_workflow_engine.strategies import Position


def approval_requests(seats: Sequence[Step], position: Position | None, *, actor: Any, journal: Journal) -> list[Fired]:
    """The event of each of these stored seats, all at one position; none where no action answers it.

    The actions are looked up once for all seats, and the line of the audit trail that they are about only for actions.
    """
    if not seats or position is None:
        return []
    asking = ActionType.ON_APPROVAL_REQUESTED
    answers = actions_for(asking, tree=position.workflow, position=position)
    event = journal.newest() if answers else None
    contexts = [{"user": actor, "asked": seat.assigned_to_id, "step_id": seat.pk} for seat in seats if answers]
    shared: dict[str, Any] = {"action_type": asking, "position": position, "event": event, "answers": answers}
    return [Fired(context=context, **shared) for context in contexts]
