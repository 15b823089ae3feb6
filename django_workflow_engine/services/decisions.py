"""Approving and rejecting."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import forms, gateway, seats
from django_workflow_engine.choices import EventKind, StepOutcome
from django_workflow_engine.services.progression import end_rejected, finish_approval
from django_workflow_engine.services.seats import Decision, Seat, check_reason, check_text, take_seat


@transaction.atomic
def approve_step(*, step_id: Any, actor: Any, comment: str = "", form_data: Any = None) -> Decision:
    """Approve one of the actor's current steps and move the run on when that completes its approval.

    A CHECK_IN_VERIFY step is checked in by the first call and approved by the second. `form_data` is the JSON
    object that the step's form asks for.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden, InvalidInput,
    FormDataRequired, FormDataInvalid, FormNotAccepted, and NoApprover when nobody could decide the position that
    the run would move to.
    """
    seat = take_seat(step_id, actor, permission="approve_workflow")
    check_text(comment, "comment")
    if gateway.needs_check_in(seat.step):
        return _check_in(seat, comment)
    step = seat.step
    forms.check_form_data(step_type=step.approval_type, form_key=step.form_object_id, form_data=form_data)
    return _approve(seat, comment, form_data)


@transaction.atomic
def reject_step(*, step_id: Any, actor: Any, reason: str) -> Decision:
    """Reject one of the actor's current steps, which ends the run; a reason is required.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden and ValueMissing.
    """
    seat = take_seat(step_id, actor, permission="reject_workflow")
    check_reason(reason, _("Say why you reject."))
    gateway.close_steps(seat.others, decided_by=actor)
    gateway.reject(seat.step, actor=actor, comment=reason)
    seat.note(EventKind.REJECTED, comment=reason)
    seat.note_closed()
    return seat.done(end_rejected(seat.run, reason=reason))


def _check_in(seat: Seat, comment: str) -> Decision:
    gateway.approve(seat.step, actor=seat.run.actor, comment=comment, form_data=None)
    seat.note(EventKind.CHECKED_IN, comment=comment)
    return seat.done(StepOutcome.CHECKED_IN)


def _approve(seat: Seat, comment: str, form_data: Any) -> Decision:
    """The order matters: seats close before the package sees the approval, which would delete them."""
    completes = completes_approval(seat)
    if completes:
        gateway.close_steps(seat.others, decided_by=seat.run.actor)
    gateway.approve(seat.step, actor=seat.run.actor, comment=comment, form_data=form_data)
    seat.note(EventKind.APPROVED, comment=comment)
    if not completes:
        return seat.done(StepOutcome.STEP_APPROVED)
    seat.note_closed()
    return seat.done(finish_approval(seat.run, seat.step))


def completes_approval(seat: Seat) -> bool:
    """Whether one more approval completes what the step asks."""
    approvals = gateway.approvals_of(seat.step) + 1 if seats.is_counted(seat.step) else 1
    return seats.is_complete(seat.step, others_open=len(seat.others), approvals=approvals)
