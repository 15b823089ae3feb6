"""What follows when a project decides through the approval package itself instead of the engine's verbs.

The package calls back without a transaction or a lock around it; the follow-up takes both and re-reads, so the
workflow advances with the same events. Safety against races inside the package belongs to the verbs.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.utils.translation import gettext as _

from django_workflow_engine.access import recording
from django_workflow_engine.approvals import completion, flows, gateway, steps
from django_workflow_engine.approvals.delegations import first_holder
from django_workflow_engine.choices import RUNNING, ActionType, AttachmentStatus, EventKind
from django_workflow_engine.errors import NoApprover, NotInProgress
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import rejections
from django_workflow_engine.services.eligibility import check_eligible, too_late
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.progression import (
    ask_next,
    check_next_in_line,
    check_what_follows,
    end_rejected,
    finish_approval,
)
from django_workflow_engine.services.rejections import returns_to
from django_workflow_engine.services.seats import (
    Seat,
    approvers_with,
    seat_of,
)
from django_workflow_engine.transactions import atomic

logger = logging.getLogger(__name__)

_KINDS: Final = {
    ApprovalStatus.APPROVED: EventKind.APPROVED,
    ApprovalStatus.REJECTED: EventKind.REJECTED,
    ApprovalStatus.DELEGATED: EventKind.DELEGATED,
    ApprovalStatus.ESCALATED: EventKind.ESCALATED,
}
_DECISIONS: Final = tuple(_KINDS.values())


def runs_a_workflow(step: Step) -> bool:
    """Whether the step was asked for by a run of this engine that has not ended."""
    running = WorkflowAttachment.objects.filter(approval_flow_id=step.flow_id, status__in=RUNNING)
    attachment = running.first()
    return attachment is not None and steps.belongs_to_run(step, attachment)


@atomic()
def check_still_open(step: Step) -> Seat:
    """The seat under the locks, which an outer transaction keeps; raises StepAlreadyDecided unless it is open.

    Whoever has it must be one who may decide on it: NotYourStep, for a seat whose holder is gone, too, and Forbidden
    are raised as by the verbs, NotInProgress where the object is gone.
    """
    seat = _seat(step)
    if not seat.is_open:
        raise too_late(step, seat.run.attachment)
    check_eligible(seat.attempt(seat.step.assigned_to))
    return seat


@atomic()
def check_approval(step: Step) -> None:
    """Raise NoApprover, before the package stores an approval, when nobody could decide what comes after it."""
    seat = check_still_open(step)
    if steps.needs_check_in(step):
        return
    seat.run.pending.append(steps.deed_of(step.assigned_to_id, step.extra_fields))
    if completion.is_complete(step, others=seat.beside, approvers=approvers_with(seat, step.assigned_to_id)):
        check_what_follows(seat.run, step, seat.elsewhere)
    else:
        check_next_in_line(seat.run, step)


def note_people(step: Step) -> None:
    """Let whoever has, or decided, a step that was saved past the verbs see the run."""
    attachments = WorkflowAttachment.objects.select_related("workflow")
    attachment = attachments.filter(approval_flow_id=step.flow_id).first()
    if attachment is not None:
        recording.record(attachment, {step.assigned_to_id, step.action_user_id})


def refuse_resubmission() -> None:
    """Raise: a run is sent back by the engine's own verb alone."""
    raise NotInProgress(_("Use request_resubmission of the workflow engine for a step of a workflow."))


def follow_decision(step: Step) -> None:
    """Record a decision that the package just stored, close the seats that it made needless, and go on.

    Whether an approval is complete is judged here, by the engine's own rule; what the package makes of it afterwards
    finds nothing left to do.
    """
    kind = _KINDS.get(step.status)
    if kind is not None and runs_a_workflow(step):
        _record(kind, step)


@atomic()
def _record(kind: EventKind, step: Step) -> None:
    seat = _seat(step)
    if WorkflowEvent.objects.filter(attachment=seat.run.attachment, step_id=step.pk, kind__in=_DECISIONS).exists():
        return  # the row was saved again, not decided again
    went_on = _went_on(seat)
    completes = (
        kind == EventKind.APPROVED
        and not went_on
        and completion.is_complete(step, others=seat.beside, approvers=approvers_with(seat, step.action_user_id))
    )
    seat.note(kind, comment=step.comment, entered=returns_to(seat.run) if kind == EventKind.REJECTED else None)
    needless = seat.others if kind == EventKind.REJECTED else seat.beside if completes else ()
    seat.close(needless)
    seat.note_closed(needless)
    if completes:
        finish_approval(seat.run, step, seat.elsewhere)
    elif kind == EventKind.APPROVED and not went_on:
        ask_next(seat.run, step)
    seat.run.save()


def _went_on(seat: Seat) -> bool:
    """Whether somebody else was first, while the package stored the decision: then it is history and moves nothing."""
    ended = seat.run.attachment.status != AttachmentStatus.IN_PROGRESS
    return ended or any(other.step_number >= steps.number_after(seat.step) for other in seat.others)


@atomic()
def follow_rejection(step: Step) -> None:
    """Let a rejection do what its position says; where nobody could be asked there, it ends the run."""
    run = _seat(step).run
    try:
        with atomic():
            rejections.follow_rejection(run, step, reason=step.comment, on_behalf_of=first_holder(step))
    except NoApprover as refused:  # the package has stored the rejection by now
        logger.warning("A rejection ends the run of %s: %s", run.attachment.pk, refused.message)
        run = _seat(step).run
        end_rejected(run, reason=step.comment)
    run.save()


@atomic()
def follow_delegation(step: Step) -> None:
    """Fire the actions of a delegation, to whoever the package made the new seat for, which stays what it was."""
    seat, receiver = _passed_on(step)
    seat.run.fire(ActionType.AFTER_DELEGATE, seat.run.position, delegated_to=receiver)
    seat.run.save()


@atomic()
def follow_escalation(step: Step) -> None:
    """Let the seat that the package made for a manager stay what it was."""
    seat, _receiver = _passed_on(step)
    seat.run.save()


def _passed_on(step: Step) -> tuple[Seat, Any]:
    """The seat that was passed on, under the locks, and who has it now."""
    seat = _seat(step)
    newest = max(seat.others, key=lambda other: other.pk, default=None)
    if newest is not None:
        gateway.keep_seat(step, newest)
        seat.run.ask([newest])
        seat.end_claim()
    seat.run.asked.update(other.assigned_to_id for other in seat.others)
    return seat, newest.assigned_to if newest else None


def _seat(step: Step) -> Seat:
    """The decided seat under the locks, with what is open beside it."""
    target = lock_target(WorkflowAttachment.objects.get(approval_flow_id=step.flow_id))
    attachment = WorkflowAttachment.objects.locked(approval_flow_id=step.flow_id)
    flows.lock_flow(attachment)
    return seat_of(step, attachment, target, step.action_user)
