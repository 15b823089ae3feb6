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
from django_workflow_engine.working_time.deadlines import before_anyway, due_anyway


def due_date(deadline: Deadline | None) -> datetime | None:
    """When a step that is asked for now is due; None where its approval has no deadline.

    Where the project's times have no zone (USE_TZ), it is a time by the clock of TIME_ZONE, as all others are.
    """
    if deadline is None:
        return None
    now = timezone.now()
    return _as_stored(due_anyway(_with_zone(now), deadline.after, working_time=deadline.working_time))


def reminded_at(deadline: Deadline, due: datetime) -> list[datetime]:
    """When whoever is asked is reminded of what is due at this moment, as moments are stored."""
    working_time, moment = deadline.working_time, _with_zone(due)
    return [_as_stored(before_anyway(moment, one, working_time=working_time)) for one in deadline.remind_before]


def _with_zone(moment: datetime) -> datetime:
    zone = timezone.get_default_timezone()
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment, zone)


def _as_stored(moment: datetime) -> datetime:
    has_zones = timezone.is_aware(timezone.now())
    return moment if has_zones else timezone.make_naive(moment, timezone.get_default_timezone())


def overdue() -> Q:
    """What is true of the steps that wait for a decision although their time is up."""
    return Q(status=ApprovalStatus.CURRENT, due_date__lt=timezone.now())


def is_overdue(step: Step) -> bool:
    """The same of a step that was read."""
    waits: bool = step.status == ApprovalStatus.CURRENT and step.due_date is not None
    return waits and step.due_date < timezone.now()
