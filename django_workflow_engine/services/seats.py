"""Taking a seat: the locks, the checks and their order, the same for every decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import claims, completion, flows, gateway, steps
from django_workflow_engine.approvals.delegations import first_holder, holder_of
from django_workflow_engine.choices import DECISIONS, EventKind, StepOutcome
from django_workflow_engine.errors import Conflict, NotFound
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.arguments import is_user
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.eligibility import Attempt, check_eligible, not_yours
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.transitions import Verb


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one decision did: the step and the attachment as they are now, and the furthest effect."""

    step: Step
    attachment: WorkflowAttachment
    outcome: StepOutcome


@dataclass(frozen=True, kw_only=True)
class Seat:
    """The actor's seat, held under the locks, and the other seats that are open on the position."""

    run: WorkflowRun
    step: Step
    others: Sequence[Step]
    is_open: bool = True  # the step waits for a decision
    in_place: bool = False  # the actor stands in for the holder

    @property
    def beside(self) -> Sequence[Step]:
        """The open seats of the same approval."""
        return [other for other in self.others if other.step_number == self.step.step_number]

    @property
    def elsewhere(self) -> Sequence[Step]:
        """The open seats of other approvals, which are asked at the same time."""
        return [other for other in self.others if other.step_number != self.step.step_number]

    def attempt(self, person: Any, *, verb: Verb = Verb.MOVE, permission: str | None = None) -> Attempt:
        """The person's trying to decide on this seat."""
        return Attempt(
            run=self.run, step=self.step, is_open=self.is_open, person=person, verb=verb, permission=permission
        )

    def note(self, kind: EventKind, *, step: Step | None = None, comment: str = "", **places: Any) -> None:
        """Put what the actor did on this seat into the audit trail; duty rules look at decisions from now on."""
        if kind in DECISIONS and self.run.actor is not None:
            deciders = dict.fromkeys([self.run.actor.pk, self.counts_for])
            self.run.pending += [steps.deed_of(key, self.step.extra_fields) for key in deciders]
        told = {"left": self.run.position, **self.on_behalf, **places}
        told["details"] = {**places.get("details", {}), **self.on_behalf.get("details", {})}
        self.run.journal.add(kind, step=step or self.step, comment=comment, **told)

    @property
    def on_behalf(self) -> dict[str, Any]:
        """What a line of the audit trail says of whose seat it is, beside who acts."""
        if not self.in_place:
            return {"on_behalf_of": first_holder(self.step)}
        return {"on_behalf_of": holder_of(self.step), "details": {steps.SUBSTITUTE_FOR: str(self.counts_for)}}

    @property
    def counts_for(self) -> Any:
        """The primary key of whom a decision on the seat counts for: the holder, whoever stands in."""
        return self.step.assigned_to_id if self.in_place else self.run.actor.pk

    def end_claim(self) -> None:
        """Leave the approval to everybody who has a seat of it: whoever claimed it passes on what they had."""
        claimed = [row for row in self.beside if claims.claim_on(row) is not None]
        gateway.note_claim(claimed, None)

    def close(self, needless: Sequence[Step]) -> None:
        """Close other seats that need no decision any more."""
        gateway.close_steps(needless, decided_by=self.run.actor)

    def note_closed(self, needless: Sequence[Step]) -> None:
        """Put other seats, which the actor made needless, into the audit trail."""
        for other in needless:
            self.run.journal.add(EventKind.SEAT_CLOSED, step=other, left=self.run.position)

    def done(self, outcome: StepOutcome, *, step: Step | None = None) -> Decision:
        """Write what the verb changed, and tell it."""
        self.run.save()
        return Decision(step=step or self.step, attachment=self.run.attachment, outcome=outcome)


def take_seat(step_id: Any, actor: Any, *, permission: str, verb: Verb = Verb.MOVE) -> Seat:
    """Lock the object, the attachment and its flow, and make sure that this actor may decide on the step now.

    The actor is the holder, or stands in for the holder, and takes part in the run from now on. Raises, in this order:
    NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, StepClaimed, Forbidden, DutyRuleBroken.
    """
    seat = lock_seat(step_id, actor)
    check_eligible(seat.attempt(actor, permission=permission, verb=verb))
    return sat_on(seat)


def sat_on(seat: Seat) -> Seat:
    """The seat as its holder has it, or who stands in for the holder."""
    if seat.run.actor.pk == seat.step.assigned_to_id:
        return seat
    seat.run.joined.add(seat.run.actor.pk)
    return replace(seat, in_place=True)


def lock_seat(step_id: Any, actor: Any) -> Seat:
    """Lock the object, the attachment and its flow, whoever may decide; raises NotFound, and NotYourStep for nobody."""
    found = steps.find_step(step_id)
    if found is None:
        raise NotFound(_("There is no such step."), path=("step_id",))
    if not is_user(actor):
        raise not_yours()
    target = lock_target(found.flow.workflow_attachment)
    attachment = _locked(found.flow.workflow_attachment.pk)
    return seat_of(found, attachment, target, actor)


def seat_of(found: Step, attachment: WorkflowAttachment, target: Any, actor: Any) -> Seat:
    """The step as it is under the locks, and what is open beside it."""
    waiting = steps.open_steps(attachment)
    step = next((row for row in waiting if row.pk == found.pk), found)
    step.flow = found.flow
    step.flow.workflow_attachment = attachment  # one object for one row, so that the caller sees the change
    run = WorkflowRun(attachment=attachment, actor=actor, target=target)
    return Seat(run=run, step=step, others=[row for row in waiting if row.pk != step.pk], is_open=step is not found)


def _locked(attachment_id: int) -> WorkflowAttachment:
    """The attachment and its flow, locked in this order; a run that went meanwhile is NotFound."""
    try:
        attachment = WorkflowAttachment.objects.locked(pk=attachment_id)
        flows.lock_flow(attachment)
    except ObjectDoesNotExist as error:
        raise NotFound(_("There is no such step."), path=("step_id",)) from error
    return attachment


def approvers_with(seat: Seat, person_id: Any) -> set[str]:
    """Who has approved what the seat's step asks once this person has, too; read only where the number counts.

    Raises Conflict for somebody who has approved it already, on another seat: one person counts once.
    """
    if not completion.is_counted(seat.step):
        return {str(person_id)}
    approvers = steps.approvers_of(seat.step)
    if str(person_id) in approvers:
        raise Conflict(_("You have approved this already; one person counts once."), path=("step_id",))
    return approvers | {str(person_id)}
