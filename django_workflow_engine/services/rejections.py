"""What a rejection does with the run, as the position says: it ends it, or sends it back."""

from __future__ import annotations

from typing import Any

from django_workflow_engine.approvals import gateway, steps
from django_workflow_engine.choices import EventKind, RejectionRule, StepOutcome
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.changes import ask_for_changes
from django_workflow_engine.services.progression import end_rejected, return_to
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.seats import Seat
from django_workflow_engine.strategies import Position


def returns_to(run: WorkflowRun) -> Position | None:
    """The position that a rejection goes back to: the nearest one before that the run did not skip; None: to none."""
    if run.position.holder.on_reject != RejectionRule.PREVIOUS:
        return None
    earlier = [one for one in run.route.before(run.position) if one.holder.id not in run.attachment.skipped_positions]
    return earlier[-1] if earlier else None


def reject_seat(seat: Seat, *, reason: str) -> StepOutcome:
    """Reject on this seat, close all that is open beside it, and go on as the position says; raises NoApprover."""
    seat.close(seat.others)
    gateway.reject(seat.step, actor=seat.run.actor, comment=reason)
    seat.note(EventKind.REJECTED, comment=reason, entered=returns_to(seat.run))
    seat.note_closed(seat.others)
    return follow_rejection(seat.run, seat.step, reason=reason, **seat.on_behalf)


def follow_rejection(run: WorkflowRun, step: Step, *, reason: str, **on_behalf: Any) -> StepOutcome:
    """Go on after the step was rejected; raises NoApprover when nobody could decide where the run goes back to."""
    if run.position.holder.on_reject == RejectionRule.REQUESTER:
        return ask_for_changes(run, step, reason=reason, **on_behalf)
    before = returns_to(run)
    if before is not None:
        return return_to(run, before, number=steps.number_after(step), reason=reason)
    return end_rejected(run, reason=reason)
