"""Celery's side: actions in a worker, and the tasks for its beat. The only module that needs the extra `[celery]`.

A project has a Celery application of its own, as Celery's documentation shows; its `autodiscover_tasks()` finds these
tasks. `DJANGO_WORKFLOW_ENGINE["ACTION_RUNNER"] = "celery"` hands actions to the workers, and

    app.conf.beat_schedule = {**beat_schedule(), ...}

has the beat attempt what is due and clean up. ACTION_TIMEOUT_SECONDS limits an action in a worker as it does inline; a
`task_time_limit` of Celery, which ends the worker's process, makes the run due again when its lease is over.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command
from kombu.exceptions import OperationalError

from django_workflow_engine.actions.runner import run_due, run_now
from django_workflow_engine.cleanup.automatic import sweep

logger = logging.getLogger(__name__)


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


@shared_task(name="django_workflow_engine.cleanup", ignore_result=True)
def cleanup(days: int = 30) -> None:
    """Delete runs that ended more than so many days ago, as `manage.py cleanup_workflows --days` does."""
    call_command("cleanup_workflows", days=days)


def hand_over(run_ids: Sequence[int]) -> None:
    """Send runs to the workers; when the broker does not answer they stay due for `run_actions`."""
    try:
        run_action_runs.apply_async(args=[list(run_ids)], retry=False)
    except OperationalError:
        logger.exception("The broker takes no actions now; `run_actions` will attempt %s of them", len(run_ids))


def beat_schedule(*, seconds: float = 60, cleanup_days: int = 30) -> dict[str, dict[str, Any]]:
    """Entries for Celery's `beat_schedule`: due actions every so many seconds, the cleanup daily at 2:00."""
    return {
        "workflow-run-actions": {"task": run_actions.name, "schedule": seconds},
        "workflow-cleanup": {
            "task": cleanup.name,
            "schedule": crontab(hour=2, minute=0),
            "kwargs": {"days": cleanup_days},
        },
    }
