"""Claiming a seat that anyone of several may decide on, and releasing it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from django_workflow_engine import conf
from django_workflow_engine.approvals import claims, gateway
from django_workflow_engine.approvals.claims import Claim
from django_workflow_engine.approvals.eligibility import obstacle_to_claiming, obstacle_to_releasing
from django_workflow_engine.choices import EventKind, StepOutcome
from django_workflow_engine.services.eligibility import check_no_obstacle, facts_of_seat
from django_workflow_engine.services.seats import Decision, Seat, lock_seat, sat_on, take_seat
from django_workflow_engine.transactions import verb


@verb
def claim_step(*, step_id: Any, actor: Any) -> Decision:
    """Claim one of the actor's current steps whose approval anyone of several may give: the others wait.

    It ends when the actor releases or decides it, or passes it on, and after CLAIM_SECONDS; claiming it again begins
    the time anew. Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, StepClaimed,
    Forbidden, DutyRuleBroken, and InvalidInput for an approval of another kind.
    """
    seat = take_seat(step_id, actor, permission="approve_workflow")
    check_no_obstacle(obstacle_to_claiming(seat.step), seat.attempt(actor))
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
    attempt = seat.attempt(actor)
    is_claimant = claims.is_claimed_by(seat.step, actor)
    check_no_obstacle(obstacle_to_releasing(facts_of_seat(attempt), is_claimant=is_claimant), attempt)
    gateway.note_claim([seat.step, *seat.beside], None)
    seat = sat_on(seat)
    seat.note(EventKind.RELEASED)
    return _told(seat, StepOutcome.RELEASED)


def _told(seat: Seat, outcome: StepOutcome) -> Decision:
    """What the verb did; everybody who has a seat of the approval is told of it."""
    seat.run.journal.people.update(other.assigned_to_id for other in seat.beside)
    return seat.done(outcome)
