"""Timers of approvals: written with the seats that they are for, as far ahead as the deadline says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from django_workflow_engine.approvals.deadlines import reminded_at
from django_workflow_engine.choices import TimerKind
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.models import ApprovalTimer, WorkflowAttachment
from django_workflow_engine.models.steps import Step

if TYPE_CHECKING:
    from django_workflow_engine.services.runs import WorkflowRun


def timers_of(seats: Sequence[Step], deadline: Deadline | None) -> list[ApprovalTimer]:
    """The timers of seats of one approval that are asked for now, unsaved; none where it has no deadline."""
    if deadline is None or not seats or seats[0].due_date is None:
        return []
    return [*_timers(seats[0].step_number, seats[0].due_date, deadline)]


def _timers(number: int, due: datetime, deadline: Deadline) -> Iterator[ApprovalTimer]:
    yield ApprovalTimer(step_number=number, due_at=due, fires_at=due, kind=TimerKind.TIMEOUT)
    now = timezone.now()
    for moment in reminded_at(deadline, due):
        if moment > now:  # the time to decide may be too short for it, by the working calendar
            yield ApprovalTimer(step_number=number, due_at=due, fires_at=moment, kind=TimerKind.REMINDER)


def drop_timers(attachment: WorkflowAttachment, step_number: int) -> None:
    """Take away what is left of the timers of an approval: whoever is asked next may be due at the same moment."""
    ApprovalTimer.objects.filter(attachment=attachment, step_number=step_number).delete()


def write_timers(runs: Iterable[WorkflowRun]) -> None:
    """Store the timers of what these runs have asked, all in one statement; none where no deadline is."""
    made = []
    for run in runs:
        for timer in run.timers:
            timer.attachment_id = run.attachment.pk
            made.append(timer)
    ApprovalTimer.objects.bulk_create(made)
