"""Back to the requester: asking for changes, and sending the run again."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.access.owners import requester_of
from django_workflow_engine.approvals import flows, gateway, steps
from django_workflow_engine.approvals.active import active_user
from django_workflow_engine.approvals.delegations import holder_of
from django_workflow_engine.approvals.substitutes import persons_for
from django_workflow_engine.choices import ActionType, EventKind, ResubmissionRule, StepOutcome
from django_workflow_engine.errors import Forbidden
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import object_fields
from django_workflow_engine.services.actors import check_actor, check_reason, check_text, checked_metadata
from django_workflow_engine.services.attachments import no_attachment
from django_workflow_engine.services.cancellation import administers
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.progression import go_back, object_gone
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.seats import Decision, take_seat
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb


@verb
def request_changes(*, step_id: Any, actor: Any, reason: str) -> Decision:
    """Ask the requester, instead of deciding one of the actor's current steps, to change the object; with a reason.

    The requester is the object's own person, else who started the run, and has a seat until the run is sent again.
    Where that person is gone or inactive nobody has one, and administrators may send it again.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden and ValueMissing.
    """
    seat = take_seat(step_id, actor, permission="reject_workflow", verb=Verb.REQUEST_CHANGES)
    text = check_reason(reason, _("Say what has to be changed."))
    seat.close(seat.others)
    gateway.send_back(seat.step, actor=actor, comment=text)
    outcome = ask_for_changes(seat.run, seat.step, reason=text, **seat.on_behalf)
    seat.note_closed(seat.others)
    return seat.done(outcome)


def ask_for_changes(run: WorkflowRun, step: Step, *, reason: str, **on_behalf: Any) -> StepOutcome:
    """Put the run into the requester's hands; `on_behalf` is what the audit trail says of whose seat it was."""
    position = run.position
    run.journal.add(EventKind.CHANGES_REQUESTED, step=step, left=position, comment=reason, **on_behalf)
    run.fire(ActionType.AFTER_CHANGES_REQUESTED, position, stage=position.stage_id, reason=reason)
    transitions.apply(Verb.REQUEST_CHANGES, run.attachment)
    run.written |= object_fields.apply_changes_requested(run.attachment, run.configuration)
    person = active_user(_requester(run))
    if person is not None:
        seat = gateway.requester_seat(run.attachment, person.pk, number=steps.number_after(step))
        run.opening.append(seat)
        run.ask([seat])
    return StepOutcome.CHANGES_REQUESTED


def _requester(run: WorkflowRun) -> Any:
    """The primary key of the object's own person, else of who started the run."""
    own = requester_of(run.target)
    return run.attachment.started_by_id if own is None else own


@verb
def resubmit(
    *, attachment_id: Any, actor: Any, comment: str | None = "", metadata: Mapping[str, Any] | None = None
) -> WorkflowAttachment:
    """Send a run again after changes were asked for: it goes on where its template says (`after_changes`).

    For whoever has the requester's seat, or stands in for that person, and for administrators. `metadata` is merged
    into the attachment's. Raises NotFound, Forbidden, NotInProgress, InvalidInput, and NoApprover when nobody could
    decide where the run goes on.
    """
    found = WorkflowAttachment.objects.filter(pk=to_primary_key(WorkflowAttachment, attachment_id)).first()
    if found is None:
        raise no_attachment()
    target = lock_target(found)
    attachment = _locked(found)
    check_actor(actor)
    waiting = steps.open_steps(attachment) if attachment.approval_flow_id is not None else []
    persons = _stood_in_for(attachment, waiting, actor)
    may = may_resubmit(attachment, waiting, actor, persons)
    match obstacle_to_resubmitting(attachment, may=may, is_there=target is not None):
        case ResubmitObstacle.NO_CHANGES_REQUESTED:
            raise transitions.refusal(attachment, "attachment_id")
        case ResubmitObstacle.NOT_ALLOWED:
            raise Forbidden(_("Only the requester or an administrator may send a run again."), path=("attachment_id",))
        case ResubmitObstacle.TARGET_GONE:
            raise object_gone(("attachment_id",))
    run = WorkflowRun(attachment=attachment, actor=actor, target=target, path=("attachment_id",))
    attachment.metadata = _merged(attachment.metadata, metadata)
    _send_again(run, waiting, check_text(comment, "comment"), persons)
    run.save()
    return attachment


class ResubmitObstacle(enum.Enum):
    """What stands between somebody and sending a run again; the first that is raised: who was too late is told so."""

    NO_CHANGES_REQUESTED = "NO_CHANGES_REQUESTED"
    NOT_ALLOWED = "NOT_ALLOWED"
    TARGET_GONE = "TARGET_GONE"


def obstacle_to_resubmitting(attachment: WorkflowAttachment, *, may: bool, is_there: bool) -> ResubmitObstacle | None:
    """What keeps somebody from sending the run again: `may` is what `may_resubmit` says, `is_there` tells the object.

    Whether anybody could decide where the run goes on is not asked.
    """
    if not transitions.fits(Verb.RESUBMIT, attachment):
        return ResubmitObstacle.NO_CHANGES_REQUESTED
    if not may:
        return ResubmitObstacle.NOT_ALLOWED
    return None if is_there else ResubmitObstacle.TARGET_GONE


def may_resubmit(
    attachment: WorkflowAttachment, waiting: Iterable[Step], actor: Any, persons: Collection[Any] = ()
) -> bool:
    """Whether the actor may send a run again that waits for its requester.

    That is whoever has one of these open seats, or stands in for one of these persons who has, and who administers it.
    """
    return _seat_of(waiting, actor, persons) is not None or administers(actor)


def _seat_of(waiting: Iterable[Step], actor: Any, persons: Collection[Any]) -> Step | None:
    """The actor's own seat, else that of one of these persons."""
    seats = {step.assigned_to_id: step for step in waiting}
    return next((seats[key] for key in (actor.pk, *persons) if key in seats), None)


def _stood_in_for(attachment: WorkflowAttachment, waiting: Iterable[Step], actor: Any) -> set[Any]:
    """The holders of these seats for whom the actor stands in; not asked where one is the actor's own."""
    holders = {step.assigned_to_id for step in waiting} - {None}
    return set() if actor.pk in holders else persons_for(actor.pk, attachment) & holders


def _follow(run: WorkflowRun) -> None:
    """Write the object's status; the conditions of what is entered now see it."""
    written = object_fields.apply_resubmission(run.attachment, run.configuration)
    run.written |= written
    for name, value in written.items():
        setattr(run.target, name, value)


def _locked(found: WorkflowAttachment) -> WorkflowAttachment:
    try:
        attachment = WorkflowAttachment.objects.locked(pk=found.pk)
    except WorkflowAttachment.DoesNotExist as error:
        raise no_attachment() from error
    if attachment.approval_flow_id is not None:
        flows.lock_flow(attachment)
    return attachment


def _merged(stored: Any, metadata: Mapping[str, Any] | None) -> Any:
    """What is stored then: each limit holds for the whole, however many times a run is sent again."""
    given = checked_metadata(metadata)
    return checked_metadata({**stored, **given}) if given and isinstance(stored, dict) else stored


def _send_again(run: WorkflowRun, waiting: list[Step], comment: str, persons: Collection[Any]) -> None:
    attachment, left = run.attachment, run.position
    own = _seat_of(waiting, run.actor, persons)
    person = holder_of(own) if own is not None and own.assigned_to_id != run.actor.pk else None
    if person is not None:
        run.joined.add(run.actor.pk)
    needless = [step for step in waiting if step is not own]
    gateway.close_steps(needless, decided_by=run.actor)
    if own is not None:
        gateway.send_again(own, actor=run.actor, comment=comment)
    back = run.route.positions[0] if left.workflow.after_changes == ResubmissionRule.START else left
    run.journal.add(EventKind.RESUBMITTED, step=own, on_behalf_of=person, left=left, entered=back, comment=comment)
    for step in needless:
        run.journal.add(EventKind.SEAT_CLOSED, step=step, left=left)
    run.fire(ActionType.AFTER_RESUBMIT, left, stage=left.stage_id, comments=comment)
    transitions.apply(Verb.RESUBMIT, attachment)
    _follow(run)
    go_back(run, back, number=flows.next_number(attachment))
