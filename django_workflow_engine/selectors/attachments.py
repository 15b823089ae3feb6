"""The attachment of one object."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.models import Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.models.arguments import check_row, check_workflow


def get_workflow_attachment(obj: Model) -> WorkflowAttachment | None:
    """The attachment of this object with its places and people, or None.

    Asked with an object that was deleted it is the one that the object had; a new object with the same key has none.
    Raises InvalidInput for what is no object.
    """
    check_row(obj, "obj")
    related = ("workflow", "current_stage", "current_pipeline", "started_by")
    rows = WorkflowAttachment.objects.of_key(obj).select_related(*related).order_by("tombstone", "-pk")
    found: WorkflowAttachment | None = rows.first()
    if found is not None and found.tombstone and obj.__class__._base_manager.filter(pk=obj.pk).exists():
        return None
    return found


def get_current_stage(obj: Model) -> Stage | None:
    """The stage that the object stands on, or None."""
    attachment = get_workflow_attachment(obj)
    return attachment.current_stage if attachment else None


def get_workflow_progress(workflow: WorkFlow, obj: Model) -> dict[str, Any]:
    """How far the object is on this workflow, given as the template or as the version that it runs on.

    Keys: `status` (an AttachmentStatus value), `progress_percentage` (0 to 100), `position`, `total`,
    `current_stage`, `current_pipeline`, `next_stage` (names or None), `started_at`, `completed_at`. An object
    that does not run on this workflow is at 0 and not started.
    """
    check_workflow(workflow, "workflow")
    attachment = get_workflow_attachment(obj)
    if attachment is None or workflow.pk not in (attachment.workflow_id, attachment.workflow.cloned_from_id):
        attachment = WorkflowAttachment(workflow=workflow, status=AttachmentStatus.NOT_STARTED)
    progress = attachment.progress()
    return {
        "status": progress.status.value,
        "progress_percentage": progress.percentage,
        "position": progress.place,
        "total": progress.total,
        "current_stage": progress.current and progress.current.name,
        "current_pipeline": progress.current and progress.current.pipeline_name,
        "next_stage": progress.next and progress.next.name,
        "started_at": attachment.started_at,
        "completed_at": attachment.completed_at,
    }
