"""Celery's side: actions in a worker, and the tasks for its beat. The only module that needs the extra `[celery]`.

A project has a Celery application of its own, as Celery's documentation shows; its `autodiscover_tasks()` finds these
tasks. `DJANGO_WORKFLOW_ENGINE["ACTION_RUNNER"] = "celery"` hands actions to the workers, and

    app.conf.beat_schedule = {**beat_schedule(), ...}

has the beat attempt what is due and clean up. ACTION_TIMEOUT_SECONDS limits an action in a worker as it does inline; a
`task_time_limit` of Celery, which ends the worker's process, makes the run due again when its lease is over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command

from django_workflow_engine import conf
from django_workflow_engine.actions.runner import run_due, run_now
from django_workflow_engine.actions.timeouts import TimeLimit
from django_workflow_engine.cleanup.automatic import sweep
from django_workflow_engine.services.timing_out import fire_due_timers

logger = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 5


@shared_task(name="django_workflow_engine.run_action_runs", ignore_result=True)
def run_action_runs(run_ids: Sequence[int]) -> None:
    """Attempt these runs once, in order."""
    run_now(run_ids)


@shared_task(name="django_workflow_engine.run_actions")
def run_actions(limit: int | None = None) -> dict[str, int]:
    """Attempt what is due, as `manage.py run_actions` does; how it ended, counted by status."""
    tally = run_due(limit=limit)
    sweep()
    return {status.value: count for status, count in tally.items()}


@shared_task(name="django_workflow_engine.run_timers")
def run_timers(limit: int | None = None) -> dict[str, int]:
    """Fire the timers that are due, as `manage.py run_timers` does; how many, by kind."""
    return {kind.value: count for kind, count in fire_due_timers(limit=limit).items()}


@shared_task(name="django_workflow_engine.cleanup", ignore_result=True)
def cleanup(days: int = 30) -> None:
    """Delete runs that ended more than so many days ago, as `manage.py cleanup_workflows --days` does."""
    call_command("cleanup_workflows", days=days)


class Broker:
    """Sends runs to the workers, and leaves a broker that failed alone for a moment, so that nobody waits for it again.

    How long a transport tries by itself is the transport's own affair: one that is refused takes six seconds, one that
    is not answered may take longer. So it is waited for in a thread; what it sends later is no harm.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    def send(self, run_ids: Sequence[int]) -> None:
        """Hand these runs over; those of a broker that does not take them in time stay due for `run_actions`."""
        if time.monotonic() < self._silent_until:
            logger.debug("The broker is left alone for a moment; %s action(s) stay due", len(run_ids))
            return
        try:
            self._wait_for(partial(run_action_runs.apply_async, args=[list(run_ids)], retry=False))
        except Exception:  # a transport of any make, and a decision that is committed already
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            logger.exception("The broker takes no actions now; `run_actions` will attempt %s of them", len(run_ids))

    def _wait_for(self, publish: Callable[[], Any]) -> None:
        if run_action_runs.app.conf.task_always_eager:  # the actions themselves run here, on the caller's connection
            publish()
        else:
            TimeLimit(conf.action_publish_seconds()).run(publish)


broker = Broker()


def hand_over(run_ids: Sequence[int]) -> None:
    """Send runs to the workers; when the broker does not answer they stay due for `run_actions`."""
    broker.send(run_ids)


def beat_schedule(*, seconds: float = 60, cleanup_days: int = 30) -> dict[str, dict[str, Any]]:
    """Entries for Celery's `beat_schedule`: due actions and timers every so many seconds, the cleanup daily at 2:00."""
    return {
        "workflow-run-actions": {"task": run_actions.name, "schedule": seconds},
        "workflow-run-timers": {"task": run_timers.name, "schedule": seconds},
        "workflow-cleanup": {
            "task": cleanup.name,
            "schedule": crontab(hour=2, minute=0),
            "kwargs": {"days": cleanup_days},
        },
    }
