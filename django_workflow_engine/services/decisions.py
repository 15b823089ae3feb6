"""Decisions on a step: one verb, one transaction, one lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.db import transaction
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import gateway, roles, seats
from django_workflow_engine.approvals.gateway import Step
from django_workflow_engine.choices import EventKind, RoleSelectionStrategy, StepOutcome
from django_workflow_engine.definitions.values import text_problem
from django_workflow_engine.errors import InvalidInput, NotFound, NotYourStep, StepAlreadyDecided, ValueMissing
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services.permissions import check_may_decide
from django_workflow_engine.services.progression import Run, end_rejected, finish_approval
from django_workflow_engine.transitions import Verb


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one decision did: the step and the attachment as they are now, and the furthest effect."""

    step: Step
    attachment: WorkflowAttachment
    outcome: StepOutcome


@dataclass(frozen=True, kw_only=True)
class _Seat:
    """The actor's seat, held under the locks, and the other seats that are open beside it."""

    run: Run
    step: Step
    others: Sequence[Step]


@transaction.atomic
def approve_step(*, step_id: Any, actor: Any, comment: str = "") -> Decision:
    """Approve one of the actor's current steps and move the run on when that completes its approval.

    Raises NotFound, NotYourStep, StepAlreadyDecided, NotInProgress, MissingPermission, and NoApprover when
    nobody could decide the position that the run would move to.
    """
    seat = _take_seat(step_id, actor, permission="approve_workflow")
    _check_text(comment, "comment")
    completes = _completes_approval(seat)
    if completes:
        gateway.close_steps(seat.others, decided_by=actor)
    gateway.approve(seat.step, actor=actor, comment=comment)
    note_approval(seat.run, seat.step, seat.others if completes else (), comment=comment)
    outcome = finish_approval(seat.run, seat.step) if completes else StepOutcome.STEP_APPROVED
    return _decided(seat, outcome)


@transaction.atomic
def reject_step(*, step_id: Any, actor: Any, reason: str) -> Decision:
    """Reject one of the actor's current steps, which ends the run; a reason is required.

    Raises NotFound, NotYourStep, StepAlreadyDecided, NotInProgress, MissingPermission and ValueMissing.
    """
    seat = _take_seat(step_id, actor, permission="reject_workflow")
    if not reason.strip():
        raise ValueMissing(_("Say why you reject."), path=("reason",))
    _check_text(reason, "reason")
    gateway.close_steps(seat.others, decided_by=actor)
    gateway.reject(seat.step, actor=actor, comment=reason)
    note_rejection(seat.run, seat.step, seat.others, reason=reason)
    return _decided(seat, end_rejected(seat.run))


def note_approval(run: Run, step: Step, closed: Sequence[Step], *, comment: str) -> None:
    """Put an approval and the seats that it closed into the audit trail."""
    run.journal.add(EventKind.APPROVED, step=step, left=run.position, comment=comment)
    _note_closed(run, closed)


def note_rejection(run: Run, step: Step, closed: Sequence[Step], *, reason: str) -> None:
    """Put a rejection and the seats that it closed into the audit trail."""
    run.journal.add(EventKind.REJECTED, step=step, left=run.position, comment=reason)
    _note_closed(run, closed)


def ends_with_one(step: Step) -> bool:
    """Whether one approval completes what the step asks, whoever else was asked."""
    return step.role_selection_strategy != RoleSelectionStrategy.CONSENSUS


def _check_text(text: str, name: str) -> None:
    problem = text_problem(text)
    if problem is not None:
        raise InvalidInput(problem, path=(name,))


def _note_closed(run: Run, closed: Sequence[Step]) -> None:
    for other in closed:
        run.journal.add(EventKind.SEAT_CLOSED, step=other, left=run.position)


def _completes_approval(seat: _Seat) -> bool:
    return ends_with_one(seat.step) or not seat.others


def _take_seat(step_id: Any, actor: Any, *, permission: str) -> _Seat:
    """Lock the attachment, then its flow, and make sure that the step still waits for this actor."""
    found = gateway.find_step(step_id)
    attachment_id = getattr(getattr(found and found.flow, "workflow_attachment", None), "pk", None)
    if found is None or attachment_id is None:
        raise NotFound(_("There is no such step."), path=("step_id",))
    attachment = WorkflowAttachment.objects.locked(pk=attachment_id)
    gateway.lock_flow(attachment)
    waiting = gateway.open_steps(attachment)
    step = next((row for row in waiting if row.pk == found.pk), None)
    check_may_decide(actor, permission)
    _check_own(step or found, actor)
    if step is None:
        raise _too_late(found, attachment)
    transitions.check(Verb.MOVE, attachment)
    step.flow.workflow_attachment = attachment  # one object for one row, so that the caller sees the change
    others = [row for row in waiting if row.pk != step.pk]
    return _Seat(run=Run(attachment=attachment, actor=actor), step=step, others=others)


def _check_own(step: Step, actor: Any) -> None:
    role_id = step.assigned_role_object_id
    held = roles.roles_held(actor.pk, [role_id]) if role_id is not None else set()
    if not seats.belongs_to(step, actor, roles_held=held):
        raise NotYourStep(_("This step does not wait for you."), path=("step_id",))


def _too_late(found: Step, attachment: WorkflowAttachment) -> StepAlreadyDecided:
    now = gateway.find_step(found.pk) or found
    winner = now.action_user.get_username() if now.action_user else _("somebody else")
    status = ApprovalStatus(now.status).label
    message = _("This step is “%(status)s” already, by %(winner)s.") % {"status": status, "winner": winner}
    return StepAlreadyDecided(message, path=("step_id",), step=now, attachment=attachment)


def _decided(seat: _Seat, outcome: StepOutcome) -> Decision:
    seat.run.save()
    return Decision(step=seat.step, attachment=seat.run.attachment, outcome=outcome)
