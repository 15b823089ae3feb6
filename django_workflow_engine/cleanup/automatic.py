"""WORKFLOW_AUTO_CLEANUP_COMPLETED: an ended run goes as soon as its last actions have run."""

from __future__ import annotations

from typing import Final

from django_workflow_engine import conf, transitions
from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.cleanup.deletion import cleanup_one
from django_workflow_engine.cleanup.retention import cleanup_completed_workflow_attachments
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.transactions import on_commit

_FINAL: Final = (AttachmentStatus.COMPLETED, AttachmentStatus.REJECTED, AttachmentStatus.CANCELLED)


def after_end(attachment: WorkflowAttachment) -> None:
    """Delete the run after the commit that ended it, and after the actions that were enqueued before this call.

    A run with actions that are still to be tried stays; `sweep` takes it later.
    """
    if not conf.auto_cleanup_completed() or attachment.status not in transitions.ENDED:
        return
    attachment_id = attachment.pk

    def clean() -> None:  # no partial: Django's log of a failure wants the name of a function
        cleanup_one(attachment_id)

    on_commit(clean)


def sweep() -> None:
    """Delete the ended runs whose last actions have run since."""
    if conf.auto_cleanup_completed():
        cleanup_completed_workflow_attachments(older_than_days=0, status=_FINAL)
