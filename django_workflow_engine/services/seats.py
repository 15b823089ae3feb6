"""Taking a seat: the locks, the checks and their order, the same for every decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from django_workflow_engine import conf, people, transitions
from django_workflow_engine.approvals import gateway, roles, seats
from django_workflow_engine.approvals.gateway import Step
from django_workflow_engine.choices import ApprovalTypes, EventKind, StepOutcome
from django_workflow_engine.errors import Conflict, Forbidden, NotFound, NotYourStep, StepAlreadyDecided
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.arguments import is_user
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.permissions import check_may_decide
from django_workflow_engine.services.progression import Run, check_object_is_there
from django_workflow_engine.transitions import Verb


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one decision did: the step and the attachment as they are now, and the furthest effect."""

    step: Step
    attachment: WorkflowAttachment
    outcome: StepOutcome


@dataclass(frozen=True, kw_only=True)
class Seat:
    """The actor's seat, held under the locks, and the other seats that are open beside it."""

    run: Run
    step: Step
    others: Sequence[Step]

    def note(self, kind: EventKind, *, step: Step | None = None, comment: str = "", **places: Any) -> None:
        """Put what the actor did on this seat into the audit trail."""
        self.run.journal.add(
            kind,
            step=step or self.step,
            on_behalf_of=seats.first_holder(self.step),
            comment=comment,
            **{"left": self.run.position, **places},
        )

    def note_closed(self) -> None:
        """Put the other seats, which the actor made needless, into the audit trail."""
        for other in self.others:
            self.run.journal.add(EventKind.SEAT_CLOSED, step=other, left=self.run.position)

    def done(self, outcome: StepOutcome, *, step: Step | None = None) -> Decision:
        """Write what the verb changed, and tell it."""
        self.run.save()
        return Decision(step=step or self.step, attachment=self.run.attachment, outcome=outcome)


def take_seat(step_id: Any, actor: Any, *, permission: str, verb: Verb = Verb.MOVE) -> Seat:
    """Lock the object, the attachment and its flow, and make sure that the step still waits for this actor.

    Raises, in this order: NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden.
    """
    found = gateway.find_step(step_id)
    if found is None:
        raise NotFound(_("There is no such step."), path=("step_id",))
    target = lock_target(found.flow.workflow_attachment)
    attachment = _locked(found.flow.workflow_attachment.pk)
    waiting = gateway.open_steps(attachment)
    step = next((row for row in waiting if row.pk == found.pk), None)
    if not is_user(actor):
        raise NotYourStep(_("This step does not wait for you."), path=("step_id",))
    check_may_decide(actor, permission)
    check_own(step or found, actor)
    if step is None:
        raise too_late(found, attachment)
    transitions.check(verb, attachment, "step_id")
    step.flow.workflow_attachment = attachment  # one object for one row, so that the caller sees the change
    run = Run(attachment=attachment, actor=actor, target=target)
    seat = Seat(run=run, step=step, others=[row for row in waiting if row.pk != step.pk])
    check_object_is_there(seat.run)
    check_not_ones_own_object(seat, actor)
    return seat


def _locked(attachment_id: int) -> WorkflowAttachment:
    """The attachment and its flow, locked in this order; a run that went meanwhile is NotFound."""
    try:
        attachment = WorkflowAttachment.objects.locked(pk=attachment_id)
        gateway.lock_flow(attachment)
    except ObjectDoesNotExist as error:
        raise NotFound(_("There is no such step."), path=("step_id",)) from error
    return attachment


def check_own(step: Step, actor: Any) -> None:
    """Raise NotYourStep unless the seat is the user's, who is active and still holds the role that it was given for."""
    role_id = seats.role_of(step)
    held = set() if role_id is None or actor is None else roles.roles_held(actor.pk, [role_id])
    if not seats.belongs_to(step, actor, roles_held=held):
        raise NotYourStep(_("This step does not wait for you."), path=("step_id",))


def check_not_ones_own_object(seat: Seat, actor: Any) -> None:
    """FORBID_SELF_APPROVAL: nobody decides on an object of one's own, where the object's person is not asked."""
    if is_ones_own(seat, actor):
        message = _("You created or started this; somebody else has to decide.")
        raise Forbidden(message, path=("step_id",))


def check_may_take(seat: Seat, receiver: Any, name: str) -> None:
    """Raise Forbidden, with this name of the input, for a receiver who could not decide on the seat either."""
    if is_ones_own(seat, receiver):
        message = _("%s created or started this; somebody else has to decide.") % people.username(receiver)
        raise Forbidden(message, path=(name,))


def is_ones_own(seat: Seat, user: Any) -> bool:
    """Whether FORBID_SELF_APPROVAL keeps the user from deciding on the seat's object."""
    if not conf.self_approval_forbidden() or asks_the_person(seat):
        return False
    return user.pk in seat.run.own_people()


def asks_the_person(seat: Seat) -> bool:
    """Whether the seat is a SELF approval."""
    approvals, index = seat.run.position.approvals, gateway.approval_index(seat.step)
    return index < len(approvals) and approvals[index].approval_type == ApprovalTypes.SELF


def approvers_with(seat: Seat, person_id: Any) -> set[str]:
    """Who has approved what the seat's step asks once this person has, too; read only where the number counts.

    Raises Conflict for somebody who has approved it already, on another seat: one person counts once.
    """
    if not seats.is_counted(seat.step):
        return {str(person_id)}
    approvers = gateway.approvers_of(seat.step)
    if str(person_id) in approvers:
        raise Conflict(_("You have approved this already; one person counts once."), path=("step_id",))
    return approvers | {str(person_id)}


def too_late(found: Step, attachment: WorkflowAttachment) -> StepAlreadyDecided:
    """The refusal that tells who was first, with the state now."""
    now = gateway.find_step(found.pk) or found
    winner = people.username(now.action_user) if now.action_user else _("somebody else")
    facts = {"status": ApprovalStatus(now.status).label, "winner": winner}
    message = _("This step is “%(status)s” already, by %(winner)s.") % facts
    return StepAlreadyDecided(message, path=("step_id",), step=now, attachment=attachment)
