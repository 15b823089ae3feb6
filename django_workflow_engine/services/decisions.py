"""Approving and rejecting."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals import completion, forms, gateway, steps
from django_workflow_engine.choices import CheckInState, EventKind, StepOutcome
from django_workflow_engine.errors import Conflict, FormNotAccepted, InvalidInput
from django_workflow_engine.services.actors import check_reason, check_text
from django_workflow_engine.services.progression import ask_next, finish_approval
from django_workflow_engine.services.rejections import reject_seat
from django_workflow_engine.services.seats import Decision, Seat, approvers_with, take_seat
from django_workflow_engine.transactions import verb


@verb
def approve_step(
    *, step_id: Any, actor: Any, comment: str | None = "", form_data: Any = None, expect: str | None = None
) -> Decision:
    """Approve one of the actor's current steps and move the run on when that completes its approval.

    Steps of somebody for whom the actor stands in are the actor's, too: this approval counts for that person.
    A CHECK_IN_VERIFY step is checked in by the first call, which takes no form data, and approved by the second. Who
    says in `expect` (a CheckInState) which of the two is meant cannot do both by sending the same call twice: Conflict
    when the step is not in that state. `form_data` is the JSON object that the step's form asks for.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden, InvalidInput,
    FormDataRequired, FormDataInvalid, FormNotAccepted, and NoApprover when nobody could decide the position that
    the run would move to.
    """
    seat = take_seat(step_id, actor, permission="approve_workflow")
    text = check_text(comment, "comment")
    _check_expected(seat, expect)
    step = seat.step
    if steps.needs_check_in(step):
        if form_data is not None:
            raise FormNotAccepted(_("The check-in takes no form data; send it with the approval."), path=("form_data",))
        return _check_in(seat, text)
    forms.check_form_data(step_type=step.approval_type, form_key=step.form_object_id, form_data=form_data)
    return _approve(seat, text, form_data)


@verb
def reject_step(*, step_id: Any, actor: Any, reason: str) -> Decision:
    """Reject one of the actor's current steps; a reason is required.

    It ends the run, asks the requester for changes, or goes back to the position before, as the position says
    (`on_reject`). Where there is no position before, it ends the run.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden and ValueMissing.
    """
    seat = take_seat(step_id, actor, permission="reject_workflow")
    return seat.done(reject_seat(seat, reason=check_reason(reason, _("Say why you reject."))))


def _check_expected(seat: Seat, expect: Any) -> None:
    """Raise Conflict, with the state now, unless the step is as the caller believes."""
    if expect is None:
        return
    if expect not in CheckInState.values:
        raise InvalidInput(_("This is no state of a check-in."), path=("expect",))
    if expect != steps.check_in_state(seat.step):
        message = _("The step is in another state than you expect.")
        raise Conflict(message, path=("expect",), step=seat.step, attachment=seat.run.attachment)


def _check_in(seat: Seat, comment: str) -> Decision:
    gateway.approve(seat.step, actor=seat.run.actor, comment=comment, form_data=None)
    seat.note(EventKind.CHECKED_IN, comment=comment)
    return seat.done(StepOutcome.CHECKED_IN)


def _approve(seat: Seat, comment: str, form_data: Any) -> Decision:
    completes = completion.is_complete(seat.step, others=seat.beside, approvers=approvers_with(seat, seat.counts_for))
    if completes:
        seat.close(seat.beside)
    gateway.approve(seat.step, actor=seat.run.actor, comment=comment, form_data=form_data)
    seat.note(EventKind.APPROVED, comment=comment)
    if not completes:
        ask_next(seat.run, seat.step)
        return seat.done(StepOutcome.STEP_APPROVED)
    seat.note_closed(seat.beside)
    return seat.done(finish_approval(seat.run, seat.step, seat.elsewhere))
