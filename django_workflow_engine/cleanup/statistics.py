"""What there is to clean."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Count, Q

from django_workflow_engine.choices import RUNNING, AttachmentStatus
from django_workflow_engine.cleanup.plan import CLEANED, moment
from django_workflow_engine.models import WorkflowAttachment

AGES: Final = (30, 90, 365)
_STATES: Final = {
    AttachmentStatus.COMPLETED: {AttachmentStatus.COMPLETED},
    AttachmentStatus.REJECTED: {AttachmentStatus.REJECTED},
    AttachmentStatus.IN_PROGRESS: RUNNING,
}


def get_cleanup_statistics() -> dict[str, Any]:
    """How many attachments there are, by state and by age, in one statement.

    Keys: `total_attachments`; `completed_attachments`, `rejected_attachments`, `in_progress_attachments` (those that
    wait for their requester among them), each with a `…_percentage` of the total; `older_than_30_days`,
    `older_than_90_days`, `older_than_365_days`: the completed and rejected ones of that age, each with a
    `…_percentage` of all that are completed or rejected.
    """
    states = {
        f"{state.value}_attachments": Count("pk", filter=Q(status__in=statuses)) for state, statuses in _STATES.items()
    }
    ages = {
        f"older_than_{days}_days": Count("pk", filter=Q(status__in=CLEANED, completed_at__lte=moment(days)))
        for days in AGES
    }
    counts = WorkflowAttachment.objects.aggregate(total_attachments=Count("pk"), **states, **ages)
    ended = counts["completed_attachments"] + counts["rejected_attachments"]
    shares = {f"{key}_percentage": _percentage(counts[key], counts["total_attachments"]) for key in states}
    return counts | shares | {f"{key}_percentage": _percentage(counts[key], ended) for key in ages}


def _percentage(part: int, whole: int) -> float:
    return round(part / whole * 100, 1) if whole else 0.0
