"""What is true of every run at every moment, whoever raced for it."""

from __future__ import annotations

from collections import Counter

from approval_workflow.models import ApprovalFlow
from django.db.models import Model

from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from tests.runs import attachment_of, open_steps, steps_of

EVENT_OF = {"approved": "approved", "rejected": "rejected", "cancelled": "seat_closed"}


def assert_consistent(obj: Model) -> WorkflowAttachment:
    """One row, one flow, one position, a waiting step while it runs, and one event for each decided step."""
    attachment = attachment_of(obj)
    assert ApprovalFlow.objects.filter(object_id=str(obj.pk)).count() == 1
    waiting, steps = open_steps(obj), steps_of(obj)
    if attachment.status == "in_progress":
        assert waiting
        assert {step.step_number for step in waiting} == {steps[-1].step_number}
        assert attachment.progress().current is not None
        assert attachment.completed_at is None
    else:
        assert waiting == []
        assert attachment.completed_at is not None
    events = WorkflowEvent.objects.filter(attachment=attachment, step_id__isnull=False)
    told = Counter(events.values_list("step_id", "kind"))
    assert told == Counter((step.pk, EVENT_OF[step.status]) for step in steps if step.status != "current")
    return attachment
