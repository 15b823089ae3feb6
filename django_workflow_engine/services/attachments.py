"""Attaching a workflow to an object, and starting its run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import flows
from django_workflow_engine.choices import AttachmentStatus, EventKind
from django_workflow_engine.definitions.values import json_problem
from django_workflow_engine.errors import AlreadyAttached, InvalidInput, NotFound
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.arguments import check_workflow
from django_workflow_engine.models.keys import key_text, to_primary_key
from django_workflow_engine.services.actors import check_actor
from django_workflow_engine.services.configuration.reading import ensure_enabled, ensure_workflow_allowed
from django_workflow_engine.services.objects import lock_object, lock_target
from django_workflow_engine.services.permissions import check_may_start
from django_workflow_engine.services.progression import WorkflowRun, begin, check_object_is_there
from django_workflow_engine.services.versions import PATH, checked_content, frozen_version, no_workflow
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb

_FRESH = 0  # the run number of a row that was inserted a moment ago, by this transaction


@verb
def attach_workflow_to_object(
    obj: Model,
    workflow: WorkFlow,
    user: Any = None,
    auto_start: bool = True,
    metadata: Mapping[str, Any] | None = None,
    disable_clone: bool = False,
) -> WorkflowAttachment:
    """Attach a template to an object and, unless told otherwise, start its run.

    The run uses a frozen version of the template; `disable_clone=True` uses the template itself, which is
    not safe against edits. After the end of a run, attaching again starts the next one on the same row.
    `user` is who attaches and starts; None is the system itself. `metadata` is any JSON object. Where a start writes
    the position's name into a field of the object, `obj` has it too.

    Raises ModelNotEnabled, MissingPermission, AlreadyAttached, WorkflowInactive, WorkflowIncomplete,
    InvalidInput, NotFound, Forbidden for somebody who is not signed in, Frozen, and NoApprover when nobody could
    decide the first position.
    """
    target = lock_object(obj)
    configuration = ensure_enabled(obj.__class__)
    if user is not None:
        check_actor(user, "user")
    if auto_start:
        check_may_start(user)
    attachment = _claimed(target, workflow, _checked_metadata(metadata), starter=user, disable_clone=disable_clone)
    run = _attached(attachment, configuration, target, actor=user, auto_start=auto_start)
    run.show_stage_on(obj)
    return run.attachment


@verb
def attach_on_behalf_of(starter: Any, obj: Model, workflow: WorkFlow) -> WorkflowAttachment:
    """Attach and start as the system itself, which needs no permission; `starter` (or None) is whose run it is.

    That person sees the run and may cancel it, as if having started it; the audit trail names nobody, for nobody
    did. Raises what `attach_workflow_to_object` raises.
    """
    target = lock_object(obj)
    configuration = ensure_enabled(obj.__class__)
    attachment = _claimed(target, workflow, {}, starter=starter, disable_clone=False)
    run = _attached(attachment, configuration, target, actor=None, auto_start=True)
    run.show_stage_on(obj)
    return run.attachment


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
    begin(run)
    run.save()
    return attachment


def no_attachment() -> NotFound:
    """The refusal of an attachment that is not there."""
    return NotFound(_("There is no such attachment."), path=("attachment_id",))


def _claimed(
    obj: Model, workflow: WorkFlow, metadata: dict[str, Any], *, starter: Any, disable_clone: bool
) -> WorkflowAttachment:
    """The object's row, locked, with the version that its next run uses."""
    template = _stored_template(workflow)
    ensure_workflow_allowed(obj.__class__, template)
    attachment = _claim(obj, template, metadata, starter)
    attachment.workflow = _version_to_run(template, disable_clone=disable_clone)
    return attachment


def _attached(
    attachment: WorkflowAttachment, configuration: WorkflowConfiguration, target: Model, *, actor: Any, auto_start: bool
) -> WorkflowRun:
    """Note the attachment and start its run, if asked to."""
    run = WorkflowRun(attachment=attachment, actor=actor, target=target, path=PATH)
    run.configuration = configuration
    run.journal.add(EventKind.ATTACHED)
    if auto_start:
        begin(run)
    run.save()
    return run


def _claim(obj: Model, workflow: WorkFlow, metadata: dict[str, Any], starter: Any) -> WorkflowAttachment:
    """The object's row, locked, new or with its last run over; the unique key decides who inserts it."""
    key = {
        "content_type_id": ContentType.objects.get_for_model(obj).pk,
        "object_id": key_text(obj.__class__, obj.pk),
        "tombstone": 0,
    }
    fresh = WorkflowAttachment(**key, workflow=workflow, run_number=_FRESH, metadata=metadata, started_by=starter)
    attachment = _insert_or_lock(fresh, key)
    if attachment.run_number != _FRESH:
        _make_ready_again(attachment, metadata, starter)
    attachment.run_number += 1
    return attachment


def _insert_or_lock(fresh: WorkflowAttachment, key: dict[str, Any]) -> WorkflowAttachment:
    """The object's row, locked; tried again when a cleanup deletes it between the two statements.

    A row is read with its workflow's: a template that was deleted meanwhile is not found, however often it is tried.
    """
    while True:
        WorkflowAttachment.objects.bulk_create([fresh], ignore_conflicts=True)
        with suppress(WorkflowAttachment.DoesNotExist):
            return WorkflowAttachment.objects.locked(**key)
        _stored_template(fresh.workflow)


def _make_ready_again(attachment: WorkflowAttachment, metadata: dict[str, Any], starter: Any) -> None:
    if attachment.status not in transitions.ENDED:
        status = AttachmentStatus(attachment.status).label
        message = _("The object has a workflow already, in the state “%s”.") % status
        raise AlreadyAttached(message, path=("target",), attachment=attachment)
    transitions.apply(Verb.RUN_AGAIN, attachment)
    attachment.first_step_number = flows.next_number(attachment)
    attachment.current_pipeline_id = attachment.current_stage_id = None
    attachment.started_at = attachment.completed_at = None
    attachment.started_by = starter
    attachment.metadata = metadata
    attachment.save(update_fields=["metadata"])


def _stored_template(workflow: WorkFlow) -> WorkFlow:
    """The row as it is now, not as the caller read it."""
    check_workflow(workflow, *PATH)
    template = WorkFlow.objects.filter(pk=workflow.pk).first()
    if template is None:
        raise no_workflow()
    return template


def _version_to_run(template: WorkFlow, *, disable_clone: bool) -> WorkFlow:
    """The frozen version to run on, or the template itself; refused unless it is active and complete."""
    if not disable_clone:
        return frozen_version(template)
    checked_content(template)
    return template


def _checked_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidInput(_("Metadata must be a JSON object."), path=("metadata",))
    problem = json_problem(metadata)
    if problem is not None:
        raise InvalidInput(problem, path=("metadata",))
    return dict(metadata)
