"""Attaching a workflow to an object, and starting its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import flows
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.actors import check_actor, checked_metadata
from django_workflow_engine.services.attaching import Wish, attach_together
from django_workflow_engine.services.objects import check_object, lock_target
from django_workflow_engine.services.permissions import check_may_start
from django_workflow_engine.services.progression import begin, check_object_is_there
from django_workflow_engine.services.refusals import check_none, one_refusal
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.start_rules import workflow_by_rules
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb


@verb
def attach_workflow_to_object(
    obj: Model,
    workflow: WorkFlow | None = None,
    user: Any = None,
    auto_start: bool = True,
    metadata: Mapping[str, Any] | None = None,
    disable_clone: bool = False,
) -> WorkflowAttachment:
    """Attach a template to an object and, unless told otherwise, start its run; without one the start rules say which.

    The run uses a frozen version of the template; `disable_clone=True` uses the template itself, which is
    not safe against edits. After the end of a run, attaching again starts the next one on the same row.
    `user` is who attaches and starts; None is the system itself. `metadata` is any JSON object. Where a start writes
    the position's name into a field of the object, `obj` has it too.

    Raises ModelNotEnabled, MissingPermission, AlreadyAttached, WorkflowInactive, WorkflowIncomplete,
    InvalidInput, NotFound, Forbidden for somebody who is not signed in, Frozen, and NoApprover when nobody could
    decide the first position.
    """
    check_object(obj)
    check_starter(user, auto_start=auto_start)
    given = checked_metadata(metadata)
    wish = Wish(
        workflow=workflow_by_rules(obj, given) if workflow is None else workflow,
        metadata=given,
        actor=user,
        starter=user,
        auto_start=auto_start,
        disable_clone=disable_clone,
    )
    return _attach_one(wish, obj)


@verb
def attach_on_behalf_of(starter: Any, obj: Model, workflow: WorkFlow) -> WorkflowAttachment:
    """Attach and start as the system itself, which needs no permission; `starter` (or None) is whose run it is.

    That person sees the run and may cancel it, as if having started it; the audit trail names nobody, for nobody
    did. Raises what `attach_workflow_to_object` raises.
    """
    check_object(obj)
    return _attach_one(Wish(workflow=workflow, metadata={}, actor=None, starter=starter), obj)


@verb
def start_workflow(*, attachment_id: Any, actor: Any = None) -> WorkflowAttachment:
    """Put an attached object on the first position of its workflow.

    Raises NotFound, MissingPermission, NotInProgress when the run has started already or its object is gone, and
    NoApprover.
    """
    key = to_primary_key(WorkflowAttachment, attachment_id)
    found = WorkflowAttachment.objects.filter(pk=key).first()
    if found is None:
        raise no_attachment()
    target = lock_target(found)
    try:
        attachment = WorkflowAttachment.objects.locked(pk=key)
    except WorkflowAttachment.DoesNotExist as error:
        raise no_attachment() from error
    if actor is not None:
        check_actor(actor)
    check_may_start(actor)
    transitions.check(Verb.START, attachment, "attachment_id")
    run = WorkflowRun(attachment=attachment, actor=actor, target=target, path=("attachment_id",))
    check_object_is_there(run)
    with one_refusal():
        check_none(flows.claim_flows([attachment]))
        begin([run])
    run.save()
    return attachment


def no_attachment() -> NotFound:
    """The refusal of an attachment that is not there."""
    return NotFound(_("There is no such attachment."), path=("attachment_id",))


def check_starter(user: Any, *, auto_start: bool) -> None:
    """Raise Forbidden for nobody who is signed in, and MissingPermission for who may not start; None is the system."""
    if user is not None:
        check_actor(user, "user")
    if auto_start:
        check_may_start(user)


def _attach_one(wish: Wish, obj: Model) -> WorkflowAttachment:
    with one_refusal():
        (run,) = attach_together(wish, [obj])
    return run.attachment
