"""Attaching a version to objects of one model, together: the objects, their rows, their flows, and the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.access import recording
from django_workflow_engine.approvals import flows
from django_workflow_engine.choices import AttachmentStatus, EventKind
from django_workflow_engine.errors import AlreadyAttached, WorkflowError
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.arguments import check_workflow
from django_workflow_engine.models.keys import key_text
from django_workflow_engine.models.locks import kept
from django_workflow_engine.services.configuration.reading import ensure_enabled, ensure_workflow_allowed
from django_workflow_engine.services.objects import PATH as TARGET
from django_workflow_engine.services.objects import lock_objects
from django_workflow_engine.services.progression import begin
from django_workflow_engine.services.refusals import check_none
from django_workflow_engine.services.runs import WorkflowRun, insert_new, save_together
from django_workflow_engine.services.versions import PATH, checked_content, frozen_version, no_workflow
from django_workflow_engine.transitions import Verb


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be attached, and how: the same for every object of a call."""

    workflow: WorkFlow
    metadata: dict[str, Any]
    actor: Any  # who attaches and starts; None is the system itself
    starter: Any  # whose runs they are
    auto_start: bool = True
    disable_clone: bool = False


def attach_together(wish: Wish, objects: Sequence[Model]) -> list[WorkflowRun]:
    """Attach to different objects of one model, which show what was written into them; gives their runs in this order.

    The statements are as many for many objects as for one, except for those whose last run is over and for what a
    project's own code asks. Raises what concerns the model and the template itself, and Refused with what each object
    is refused for.
    """
    model = objects[0].__class__
    targets = lock_objects(model, objects)
    configuration = ensure_enabled(model)
    template = stored_template(wish.workflow)
    ensure_workflow_allowed(model, template)
    runs = _claimed(wish, targets, template)
    if wish.auto_start:
        check_none(flows.claim_flows([run.attachment for run in runs]))
    if wish.auto_start and configuration.pre_start_hook:  # which may look at the row
        insert_new(runs)
    for run in runs:
        run.configuration = configuration
        run.requesters |= run.own_people()
        run.journal.add(EventKind.ATTACHED)
    if wish.auto_start:
        begin(runs)
    save_together(runs)
    for obj, run in zip(objects, runs, strict=True):
        for name, value in run.written.items():  # whose next `save()` stores it
            setattr(obj, name, value)
    return runs


def stored_template(workflow: WorkFlow) -> WorkFlow:
    """The row as it is now, not as the caller read it; raises NotFound, and InvalidInput for what is no workflow."""
    check_workflow(workflow, *PATH)
    template = WorkFlow.objects.filter(pk=workflow.pk).first()
    if template is None:
        raise no_workflow()
    return template


def _claimed(wish: Wish, targets: Sequence[Any], template: WorkFlow) -> list[WorkflowRun]:
    """The objects' runs on the version to run on: on their rows, locked, where they have some, else on new ones."""
    model = type(targets[0])
    content_type_id = ContentType.objects.get_for_model(model).pk
    names = [key_text(model, target.pk) for target in targets]
    found = WorkflowAttachment.objects.locked_all(content_type_id=content_type_id, object_id__in=names, tombstone=0)
    rows = {row.object_id: row for row in found}
    taken = {name: _taken(row) for name, row in rows.items() if row.status not in transitions.ENDED}
    check_none({index: taken[name] for index, name in enumerate(names) if name in taken})
    version = _version_to_run(template, disable_clone=wish.disable_clone)
    runs = []
    for target, name in zip(targets, names, strict=True):
        row = rows.get(name) or WorkflowAttachment(content_type_id=content_type_id, object_id=name, run_number=0)
        run = WorkflowRun(attachment=row, actor=wish.actor, target=target, path=PATH)
        _make_ready(run, wish, version)
        runs.append(run)
    return runs


def _taken(attachment: WorkflowAttachment) -> WorkflowError:
    status = AttachmentStatus(attachment.status).label
    message = _("The object has a workflow already, in the state “%s”.") % status
    return AlreadyAttached(message, path=TARGET, attachment=attachment)


def _make_ready(run: WorkflowRun, wish: Wish, version: WorkFlow) -> None:
    """The next run of an attachment, new or with its last run over."""
    attachment = run.attachment
    again, last = attachment.pk is not None, attachment.workflow_id
    attachment.workflow = version
    if again:
        transitions.apply(Verb.RUN_AGAIN, attachment)
        if not wish.auto_start:  # the start numbers its steps itself
            attachment.first_step_number = flows.next_number(attachment)
        attachment.current_pipeline_id = attachment.current_stage_id = None
        attachment.started_at = attachment.completed_at = None
    if again and version.pk != last:
        recording.follow_version(attachment)
    attachment.skipped_positions = []
    attachment.run_number += 1
    attachment.started_by = wish.starter
    attachment.metadata = dict(wish.metadata)


def _version_to_run(template: WorkFlow, *, disable_clone: bool) -> WorkFlow:
    """The frozen version to run on, or the template itself; refused unless it is active and complete."""
    if not disable_clone:
        return frozen_version(template)
    found = kept(WorkFlow.objects.filter(pk=template.pk))  # nobody gives it to another company meanwhile
    if not found:
        raise no_workflow()
    checked_content(found[0])
    return found[0]
