"""Every stuck run that there is, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.services.stuck.explaining import StuckRun, explain_stuck
from django_workflow_engine.services.stuck.runs import stuck_runs
from django_workflow_engine.shapes import is_count

BATCH: Final = 1000  # runs explained together


def each_stuck_run(*, size: int = BATCH) -> Iterator[StuckRun]:
    """All runs that nobody can bring on, by the attachment's id.

    So many are explained together: neither memory nor a transaction grows with their number. What is mended meanwhile,
    by the caller or by somebody else, is left out. Raises InvalidInput for what is no number of runs.
    """
    if not is_count(size):
        raise InvalidInput(_("This must be a whole number from 1."), path=("size",))
    stuck = stuck_runs().order_by("pk")
    batch = list(stuck[:size])
    while batch:
        yield from explain_stuck(batch)
        batch = list(stuck.filter(pk__gt=batch[-1].pk)[:size])
