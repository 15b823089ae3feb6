"""Giving somebody's open seat to somebody else: what is left where its holder is away, or gone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from django_workflow_engine import people, transitions
from django_workflow_engine.approvals import gateway
from django_workflow_engine.approvals.eligibility import Obstacle
from django_workflow_engine.approvals.receivers import ReassignmentFacts, obstacle_to_reassigning
from django_workflow_engine.choices import EventKind, StepOutcome
from django_workflow_engine.errors import Forbidden
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services.actors import check_reason
from django_workflow_engine.services.cancellation import administers
from django_workflow_engine.services.delegation import free_receiver
from django_workflow_engine.services.eligibility import check_no_obstacle
from django_workflow_engine.services.seats import Decision, Seat, lock_seat
from django_workflow_engine.services.templates.checking import check_kind
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb


@verb
def reassign_step(
    *,
    step_id: Any,
    actor: Any,
    user_id: Any,
    reason: str,
    among: QuerySet[Any] | None = None,
    is_allowed: bool | None = None,
) -> Decision:
    """Give an open step to another active user, who takes the seat as it is; a reason is required.

    For administrators and whoever may change the template (`may_mend`), but not on an object of one's own. `among`
    holds the users whom the actor may know of, None everybody; `is_allowed` is what the caller's own rule says instead
    of `may_mend`.

    Raises NotFound, Forbidden and DutyRuleBroken (for a receiver who must not decide, too), StepAlreadyDecided,
    NotInProgress, ValueMissing, and Conflict for somebody who has, or had, a seat of the same step.
    """
    if among is not None:
        check_kind(among, QuerySet, "among")
    seat = lock_seat(step_id, actor)
    _check_may_reassign(seat, actor, is_allowed)
    text = check_reason(reason, _("Say why you reassign."))
    receiver = free_receiver(seat, user_id, among)
    seat.end_claim()
    passed = gateway.pass_on(seat.step, actor=actor, receiver=receiver, comment=text, kind=EventKind.REASSIGNED)
    seat.run.joined.add(actor.pk)
    seat.run.ask([passed])
    seat.note(EventKind.REASSIGNED, step=passed, comment=text)
    seat.run.journal.people.add(seat.step.assigned_to_id)
    return seat.done(StepOutcome.REASSIGNED)


def may_mend(attachment: WorkflowAttachment, actor: Any) -> bool:
    """Whether the actor may put right who is asked in a run: administrators, and whoever may change its template."""
    owns = attachment.workflow.company_id is not None and attachment.workflow.company_id == actor.pk
    return owns or administers(actor) or people.has_permission(actor, "django_workflow_engine.change_workflow")


def _check_may_reassign(seat: Seat, actor: Any, is_allowed: bool | None) -> None:
    run = seat.run
    facts = ReassignmentFacts(
        is_allowed=may_mend(run.attachment, actor) if is_allowed is None else is_allowed,
        is_own=actor.pk in run.own_people(),
        is_open=seat.is_open,
        is_running=transitions.fits(Verb.MOVE, run.attachment),
        is_there=run.target is not None,
    )
    match obstacle_to_reassigning(facts):
        case Obstacle.NOT_ALLOWED:
            message = _("Only an administrator, or whoever may change the workflow, may reassign a step.")
            raise Forbidden(message, path=("step_id",))
        case Obstacle.OWN_OBJECT:
            message = _("This is about an object of your own; somebody else has to reassign it.")
            raise Forbidden(message, path=("step_id",))
        case obstacle:
            check_no_obstacle(obstacle, seat.attempt(actor))
