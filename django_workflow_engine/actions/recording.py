"""How an attempt ended, written down: its status, what it returned or raised, and when it is tried again."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from django_workflow_engine.actions.execution import Outcome
from django_workflow_engine.actions.lost_connections import LOST_OR_REFUSED, let_go_of_a_lost_connection
from django_workflow_engine.actions.results import LONGEST
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.errors import Conflict
from django_workflow_engine.models import ActionRun
from django_workflow_engine.transactions import verb

logger = logging.getLogger(__name__)


def keep(run: ActionRun, outcome: Outcome, wait: timedelta | None) -> int:
    """Write the outcome, and give the number of rows: one, or none when the run went on without it.

    `wait` is how long a failed run waits for its next attempt; None for none.
    What was done must not be done again because it could not be written down: a lost connection is opened anew, and
    where the database refuses what was returned or raised, a note stands for it.
    """
    for told in (outcome, outcome):
        try:
            return _write(run, told, wait)
        except (*LOST_OR_REFUSED, Conflict):
            logger.warning("The outcome of action run %s could not be kept", run.pk, exc_info=True)
            let_go_of_a_lost_connection()
    return _write(run, _noted(outcome), wait)


@verb
def _write(run: ActionRun, outcome: Outcome, wait: timedelta | None) -> int:
    kept = ActionRun.objects.open().filter(pk=run.pk, attempts=run.attempts)
    return kept.update(**_changes(outcome, wait))


def _noted(outcome: Outcome) -> Outcome:
    """The outcome in plain ASCII, which a database of any encoding takes."""
    returned = None if outcome.returned is None else "The result could not be kept."
    error = outcome.error.encode("ascii", "backslashreplace").decode()[:LONGEST]
    return replace(outcome, returned=returned, error=error, duration_ms=0)


def status_after(outcome: Outcome, wait: timedelta | None) -> ActionRunStatus:
    """What becomes of the run: done, tried again after this wait, or an incident where there is none."""
    if outcome.succeeded:
        return ActionRunStatus.SUCCEEDED
    return ActionRunStatus.INCIDENT if wait is None else ActionRunStatus.FAILED


def _changes(outcome: Outcome, wait: timedelta | None) -> dict[str, Any]:
    """The fields that an outcome sets; the error of an earlier attempt stays when a later one succeeds."""
    now, status = timezone.now(), status_after(outcome, wait)
    changes = {"status": status, "returned": outcome.returned, "duration_ms": outcome.duration_ms}
    if outcome.error:
        changes["last_error"] = outcome.error
    if outcome.succeeded:
        return {**changes, "next_attempt_at": None, "finished_at": now}
    return {**changes, "next_attempt_at": None if wait is None else now + wait, "finished_at": None}
