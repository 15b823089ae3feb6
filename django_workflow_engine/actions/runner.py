"""Running what the outbox holds: at least once, one runner at a time, and again after a failure as its rule says."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.actions.execution import Outcome, perform
from django_workflow_engine.actions.interruption import Interrupted, stop_if_asked
from django_workflow_engine.actions.lost_connections import LOST_OR_REFUSED, database_answers
from django_workflow_engine.actions.recording import keep, status_after
from django_workflow_engine.actions.retries import wait_after
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.models import ActionRun
from django_workflow_engine.transactions import reading_where_it_is_written, verb

logger = logging.getLogger(__name__)

_BATCH: Final = 100


def run_now(run_ids: Sequence[int]) -> None:
    """Attempt each of these runs once, in this order; a failure does not keep the later ones from running."""
    for run_id in run_ids:
        _attempt_alone(run_id)


def run_due(*, limit: int | None = None, grace: timedelta | None = None) -> Counter[ActionRunStatus]:
    """Attempt once, oldest first, what nobody else will run, and count how it ended.

    That is what waits longer than `grace` for its first attempt (by default ACTION_GRACE_SECONDS), what failed and
    whose next time has come, and what a runner died over.
    """
    tally: Counter[ActionRunStatus] = Counter()
    for run_id in _due_ids(timezone.now(), conf.action_grace_period() if grace is None else grace):
        stop_if_asked()
        if limit is not None and tally.total() >= limit:
            break
        status = _attempt_alone(run_id)
        if status is not None:
            tally[status] += 1
    return tally


def _attempt_alone(run_id: int) -> ActionRunStatus | None:
    """What `attempt` gives; a run that cannot even be attempted is logged and keeps no other from its turn.

    Raises only where the database itself does not answer: then there is nothing to go on with.
    """
    try:
        return attempt(run_id)
    except Exception:  # one row, whatever is the matter with it
        if not database_answers():
            raise
        logger.exception("Action run %s could not be attempted", run_id)
        return None


def attempt(run_id: int) -> ActionRunStatus | None:
    """Attempt one run and give its status then; None when another runner has it or it needs no attempt now."""
    now = timezone.now()
    run = _free(run_id, now)
    if run is None:
        return None
    if run.next_attempt_at is not None:
        last = Outcome(error=run.last_error or _("The last attempt did not come to an end."))
        if wait_after(run, last.error) is None:
            return _record(run, last, None)
    if not _claim(run, now):
        return None
    try:
        outcome = perform(run)
    except Interrupted:
        _give_back(run)
        raise
    return _record(run, outcome, None if outcome.succeeded else wait_after(run, outcome.error))


@reading_where_it_is_written()
def _free(run_id: int, now: datetime) -> ActionRun | None:
    return ActionRun.objects.free(now).filter(pk=run_id).first()


def _due_ids(now: datetime, grace: timedelta) -> Iterator[int]:
    """The ids of what is due, each once; read in batches, because it may be much."""
    last = 0
    while True:
        due = ActionRun.objects.due(now, grace=grace).filter(pk__gt=last).order_by("pk")
        with reading_where_it_is_written():
            batch = list(due.values_list("pk", flat=True)[:_BATCH])
        yield from batch
        if len(batch) < _BATCH:
            return
        last = batch[-1]


def _claim(run: ActionRun, now: datetime) -> bool:
    """Count an attempt and keep the run from other runners until the lease ends; False when another was first.

    One conditional UPDATE decides on every database, and no lock is held while the action runs.
    """
    claimed = _take(ActionRun.objects.free(now).filter(pk=run.pk, attempts=run.attempts), now)
    run.attempts += 1
    return claimed


@verb
def _take(found: QuerySet[ActionRun], now: datetime) -> bool:
    return found.update(attempts=F("attempts") + 1, next_attempt_at=now + conf.action_lease()) == 1


def _give_back(run: ActionRun) -> None:
    """Leave a run as it was before it was claimed: it was broken off and is due for the next runner."""
    claimed = ActionRun.objects.open().filter(pk=run.pk, attempts=run.attempts)
    try:
        claimed.update(attempts=run.attempts - 1, next_attempt_at=run.next_attempt_at)
    except LOST_OR_REFUSED:  # the process ends all the same, and so does the lease
        logger.warning("Action run %s is due again only when its lease is over", run.pk, exc_info=True)


def _record(run: ActionRun, outcome: Outcome, wait: timedelta | None) -> ActionRunStatus | None:
    """Keep how an attempt ended; None when the run went on without it, because its lease was over."""
    status = status_after(outcome, wait)
    if not keep(run, outcome, wait):
        logger.warning("Action run %s went on without its attempt %s", run.pk, run.attempts)
        return None
    if not outcome.succeeded:
        level = logging.ERROR if status == ActionRunStatus.INCIDENT else logging.WARNING
        told = (run.pk, run.function_path, run.attempts, status.value, outcome.error)
        logger.log(level, "Action run %s of %s failed at attempt %s and is %s: %s", *told)
    return status
