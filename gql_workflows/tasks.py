"""Celery's side of the API: what its beat should have done now and then. Needs the extra `[celery]`.

    app.conf.beat_schedule = {**django_workflow_engine.tasks.beat_schedule(), **gql_workflows.tasks.beat_schedule()}

The engine's tasks are in `django_workflow_engine.tasks`, which says how a project's Celery application finds both.
"""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command

from gql_workflows.idempotency import forget_expired


@shared_task(name="gql_workflows.forget_idempotency_keys", ignore_result=True)
def forget_idempotency_keys() -> None:
    """Delete the keys that are too old to count, as `manage.py forget_idempotency_keys` does."""
    forget_expired()


@shared_task(name="gql_workflows.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Delete the sessions that have expired, as `manage.py clearsessions` does."""
    call_command("clearsessions")


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Entries for Celery's `beat_schedule`: old idempotency keys every hour, expired sessions daily at 3:00."""
    return {
        "workflow-forget-idempotency-keys": {"task": forget_idempotency_keys.name, "schedule": 3_600},
        "workflow-clear-sessions": {"task": clear_sessions.name, "schedule": crontab(hour=3, minute=0)},
    }
