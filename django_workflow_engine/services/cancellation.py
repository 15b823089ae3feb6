"""Calling a run off."""

from __future__ import annotations

import enum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import people, transitions
from django_workflow_engine.approvals import flows, gateway, steps
from django_workflow_engine.choices import RUNNING, ActionType, EventKind
from django_workflow_engine.errors import Forbidden, NotFound
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.actors import check_actor, check_reason
from django_workflow_engine.services.objects import lock_target
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb


class CancelObstacle(enum.Enum):
    """What stands between somebody and calling a run off; the first that is raised."""

    NOT_ALLOWED = "NOT_ALLOWED"
    ENDED = "ENDED"


@verb
def cancel_workflow(*, attachment_id: Any, actor: Any, reason: str) -> WorkflowAttachment:
    """Call a run off, started or not; for its starter and for administrators, with a reason.

    An administrator is staff with the permission to change attachments. Raises NotFound, Forbidden, NotInProgress
    for a run that has ended, and ValueMissing.
    """
    try:
        attachment = WorkflowAttachment.objects.locked(pk=to_primary_key(WorkflowAttachment, attachment_id))
    except WorkflowAttachment.DoesNotExist as error:
        raise NotFound(_("There is no such attachment."), path=("attachment_id",)) from error
    check_actor(actor)
    match obstacle_to_cancelling(attachment, actor):
        case CancelObstacle.NOT_ALLOWED:
            raise Forbidden(_("Only its starter or an administrator may cancel a run."), path=("attachment_id",))
        case CancelObstacle.ENDED:
            raise transitions.refusal(attachment, "attachment_id")
    return _cancel(attachment, actor, check_reason(reason, _("Say why you cancel.")))


@verb
def cancel_without_object(*, attachment_id: Any) -> bool:
    """Call a run in progress off whose object is gone, in nobody's name; whether it was such a run.

    Nothing else can become of it. One that has ended meanwhile, or is gone itself, is left as it is.
    """
    found = WorkflowAttachment.objects.filter(pk=to_primary_key(WorkflowAttachment, attachment_id)).first()
    if found is None or lock_target(found) is not None:
        return False
    running = WorkflowAttachment.objects.locked_all(pk=found.pk, status__in=RUNNING)
    for attachment in running:  # one at most
        _cancel(attachment, None, _("The object is gone."))
    return bool(running)


def obstacle_to_cancelling(attachment: WorkflowAttachment, actor: Any) -> CancelObstacle | None:
    """What keeps the actor from calling the run off now; None where nothing does."""
    if not may_cancel(attachment, actor):
        return CancelObstacle.NOT_ALLOWED
    return None if transitions.fits(Verb.CANCEL, attachment) else CancelObstacle.ENDED


def may_cancel(attachment: WorkflowAttachment, actor: Any) -> bool:
    """Whether the actor started the run, or administers attachments."""
    if attachment.started_by_id is not None and attachment.started_by_id == actor.pk:
        return True
    return administers(actor)


def administers(actor: Any) -> bool:
    """Whether the actor administers attachments: staff with the permission to change them."""
    return people.is_staff(actor) and people.has_permission(actor, "django_workflow_engine.change_workflowattachment")


def _cancel(attachment: WorkflowAttachment, actor: Any, reason: str) -> WorkflowAttachment:
    run = WorkflowRun(attachment=attachment, actor=actor, target=None, path=("attachment_id",))
    run.joined |= {actor.pk} if actor is not None else set()
    left = run.current_position
    waiting = []
    if attachment.approval_flow_id is not None:
        flows.lock_flow(attachment)
        waiting = steps.open_steps(attachment)
    gateway.close_steps(waiting, decided_by=actor)
    transitions.apply(Verb.CANCEL, attachment)
    attachment.completed_at = timezone.now()
    run.journal.add(EventKind.CANCELLED, left=left, comment=reason)
    run.fire(ActionType.ON_WORKFLOW_CANCEL, left, reason=reason)
    for step in waiting:
        run.journal.add(EventKind.SEAT_CLOSED, step=step, left=left)
    run.save()
    return attachment
