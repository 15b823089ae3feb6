"""Every stuck run that there is, a batch of running ones at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django_workflow_engine.choices import RUNNING
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services.stuck.explaining import StuckRun, explain_stuck

BATCH: Final = 1000  # runs looked at together


def each_stuck_run(*, size: int = BATCH) -> Iterator[StuckRun]:
    """All runs that nobody can bring on, by the attachment's id.

    So many running ones are looked at together, by short statements: neither memory nor a transaction grows with them.
    """
    running = WorkflowAttachment.objects.filter(status__in=RUNNING).order_by("pk")
    batch = list(running[:size])
    while batch:
        yield from explain_stuck(batch)
        batch = list(running.filter(pk__gt=batch[-1].pk)[:size])
