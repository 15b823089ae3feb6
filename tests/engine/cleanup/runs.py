"""Runs that ended some time ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, reject_step
from tests.factories import DocumentFactory
from tests.runs import approve, seat
from tests.testapp.models import Document


def ended(workflow: WorkFlow, boss: Any, *, days: float, status: str = "completed") -> Document:
    """A document whose only position the boss decided so many days ago."""
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow, boss)
    if status == AttachmentStatus.REJECTED:
        reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No")
    else:
        approve(document, boss)
    changes = {"status": status, "completed_at": timezone.now() - timedelta(days=days)}
    WorkflowAttachment.objects.for_object(document).update(**changes)
    return document


def attached() -> set[str]:
    """The keys of the objects that have an attachment."""
    return set(WorkflowAttachment.objects.values_list("object_id", flat=True))


def keys(*documents: Document) -> set[str]:
    """The keys of these objects, as attachments store them."""
    return {str(document.pk) for document in documents}
