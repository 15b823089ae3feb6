"""Claiming a seat that anyone of several may decide on, and releasing it."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.approvals import claims, gateway
from django_workflow_engine.approvals.claims import Claim
from django_workflow_engine.choices import EventKind, StepOutcome
from django_workflow_engine.errors import Conflict, InvalidInput
from django_workflow_engine.services.eligibility import holds, not_yours, stood_in_for, too_late
from django_workflow_engine.services.seats import Decision, Seat, lock_seat, sat_on, take_seat
from django_workflow_engine.transactions import verb

_PATH: Final = ("step_id",)


@verb
def claim_step(*, step_id: Any, actor: Any) -> Decision:
    """Claim one of the actor's current steps whose approval anyone of several may give: the others wait.

    It ends when the actor releases or decides it, or passes it on, and after CLAIM_SECONDS; claiming it again begins
    the time anew. Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, StepClaimed,
    Forbidden, DutyRuleBroken, and InvalidInput for an approval of another kind.
    """
    seat = take_seat(step_id, actor, permission="approve_workflow")
    if not claims.can_be_claimed(seat.step):
        raise InvalidInput(_("Only an approval that anyone of several may give can be claimed."), path=_PATH)
    claim = Claim.of(actor, timezone.now() + conf.claim_time())
    gateway.note_claim([seat.step, *seat.beside], claim)
    seat.note(EventKind.CLAIMED, details={"until": claim.until.isoformat()})
    return _told(seat, StepOutcome.CLAIMED)


@verb
def release_step(*, step_id: Any, actor: Any) -> Decision:
    """Release a step that the actor has claimed: the others may decide again.

    Raises NotFound, NotYourStep, StepAlreadyDecided, and Conflict for what the actor has not claimed, or not any more.
    """
    seat = lock_seat(step_id, actor)
    if not holds(seat.step, actor, persons=stood_in_for(seat.step, actor, seat.run.attachment)):
        raise not_yours()
    if not seat.is_open:
        raise too_late(seat.step, seat.run.attachment)
    claim = claims.claim_on(seat.step)
    if claim is None or not claim.is_of(actor):
        raise Conflict(_("You have not claimed this step, or not any more."), path=_PATH)
    gateway.note_claim([seat.step, *seat.beside], None)
    seat = sat_on(seat)
    seat.note(EventKind.RELEASED)
    return _told(seat, StepOutcome.RELEASED)


def _told(seat: Seat, outcome: StepOutcome) -> Decision:
    """What the verb did; everybody who has a seat of the approval is told of it."""
    seat.run.journal.people.update(other.assigned_to_id for other in seat.beside)
    return seat.done(outcome)
