"""When steps are due, and which of them are overdue.

The approval package keeps the moment in the column `due_date`, with an index on it beside the status. It copies the
column where it passes a seat on, and does nothing else with it.
"""

from __future__ import annotations

from datetime import datetime

from approval_workflow.choices import ApprovalStatus
from django.db.models import Q
from django.utils import timezone

from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.models.steps import Step
from django_workflow_engine.working_time.deadlines import due_anyway


def due_date(deadline: Deadline | None) -> datetime | None:
    """When a step that is asked for now is due; None where its approval has no deadline.

    Where the project's times have no zone (USE_TZ), it is a time by the clock of TIME_ZONE, as all others are.
    """
    if deadline is None:
        return None
    now, zone = timezone.now(), timezone.get_default_timezone()
    if timezone.is_aware(now):
        return due_anyway(now, deadline.after, working_time=deadline.working_time)
    due = due_anyway(timezone.make_aware(now, zone), deadline.after, working_time=deadline.working_time)
    return timezone.make_naive(due, zone)


def overdue() -> Q:
    """What is true of the steps that wait for a decision although their time is up."""
    return Q(status=ApprovalStatus.CURRENT, due_date__lt=timezone.now())


def is_overdue(step: Step) -> bool:
    """The same of a step that was read."""
    waits: bool = step.status == ApprovalStatus.CURRENT and step.due_date is not None
    return waits and step.due_date < timezone.now()
