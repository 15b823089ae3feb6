"""What follows when a project decides through the approval package itself instead of the engine's verbs.

The package calls back without a transaction or a lock around it; the follow-up takes both and re-reads, so the
workflow advances with the same events. Safety against races inside the package belongs to the verbs.
"""

from __future__ import annotations

from typing import Final

from approval_workflow.choices import ApprovalStatus
from django.db import transaction
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import gateway, seats
from django_workflow_engine.approvals.gateway import Step
from django_workflow_engine.choices import ActionType, AttachmentStatus, EventKind
from django_workflow_engine.errors import NotInProgress
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services.progression import (
    Run,
    check_object_is_there,
    check_what_follows,
    end_rejected,
    finish_approval,
)
from django_workflow_engine.services.seats import Seat, too_late

_KINDS: Final = {
    ApprovalStatus.APPROVED: EventKind.APPROVED,
    ApprovalStatus.REJECTED: EventKind.REJECTED,
    ApprovalStatus.DELEGATED: EventKind.DELEGATED,
    ApprovalStatus.ESCALATED: EventKind.ESCALATED,
}
_DECISIONS: Final = tuple(_KINDS.values())


def runs_a_workflow(step: Step) -> bool:
    """Whether the step was asked for by a run of this engine that has not ended."""
    running = WorkflowAttachment.objects.filter(approval_flow_id=step.flow_id, status=AttachmentStatus.IN_PROGRESS)
    attachment = running.first()
    return attachment is not None and gateway.belongs_to_run(step, attachment)


@transaction.atomic
def check_still_open(step: Step) -> Seat:
    """The seat under the locks, which an outer transaction keeps; raises StepAlreadyDecided unless it is open.

    NotInProgress is raised where the object is gone.
    """
    seat = _seat(step)
    open_now = {row.pk for row in gateway.open_steps(seat.run.attachment)}
    if step.pk not in open_now:
        raise too_late(step, seat.run.attachment)
    check_object_is_there(seat.run)
    return seat


@transaction.atomic
def check_approval(step: Step) -> None:
    """Raise NoApprover, before the package stores an approval, when nobody could decide what comes after it."""
    seat = check_still_open(step)
    approvals = gateway.approvals_of(step) + 1
    checks_in = gateway.needs_check_in(step)
    if not checks_in and seats.is_complete(step, others_open=len(seat.others), approvals=approvals):
        check_what_follows(seat.run, step)


def refuse_resubmission() -> None:
    """Raise: a run is sent back by the engine's own verb alone."""
    raise NotInProgress(_("Use request_resubmission of the workflow engine for a step of a workflow."))


def follow_decision(step: Step) -> None:
    """Record a decision that the package just stored, and close the seats that it made needless."""
    kind = _KINDS.get(step.status)
    if kind is not None and runs_a_workflow(step):
        _record(kind, step)


@transaction.atomic
def _record(kind: EventKind, step: Step) -> None:
    seat = _seat(step)
    if WorkflowEvent.objects.filter(attachment=seat.run.attachment, step_id=step.pk, kind__in=_DECISIONS).exists():
        return  # the row was saved again, not decided again
    seat.note(kind, comment=step.comment)
    if kind == EventKind.REJECTED or (kind == EventKind.APPROVED and _is_complete(seat)):
        gateway.close_steps(seat.others, decided_by=step.action_user)
        seat.note_closed()
    seat.run.save()


@transaction.atomic
def follow_completion(step: Step) -> None:
    """Go on after an approval that the package found complete, unless something is open still."""
    seat = _seat(step)
    if not seat.others:
        finish_approval(seat.run, step)
        seat.run.save()


@transaction.atomic
def follow_rejection(step: Step) -> None:
    """End the run after a rejection."""
    run = _seat(step).run
    end_rejected(run, reason=step.comment)
    run.save()


@transaction.atomic
def follow_delegation(step: Step) -> None:
    """Fire the actions of a delegation, to whoever the package made the new seat for."""
    seat = _seat(step)
    newest = max(seat.others, key=lambda other: other.pk, default=None)
    receiver = newest.assigned_to if newest else None
    seat.run.asked.update(other.assigned_to_id for other in seat.others)
    seat.run.fire(ActionType.AFTER_DELEGATE, seat.run.position, delegated_to=receiver)
    seat.run.save()


def _is_complete(seat: Seat) -> bool:
    approvals = gateway.approvals_of(seat.step)
    return seats.is_complete(seat.step, others_open=len(seat.others), approvals=approvals)


def _seat(step: Step) -> Seat:
    """The decided seat under the locks, with what is open beside it."""
    attachment = WorkflowAttachment.objects.locked(approval_flow_id=step.flow_id)
    gateway.lock_flow(attachment)
    others = [row for row in gateway.open_steps(attachment) if row.pk != step.pk]
    return Seat(run=Run(attachment=attachment, actor=step.action_user), step=step, others=others)
