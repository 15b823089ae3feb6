"""The tasks themselves, called in this process; and what a missing broker means for a test run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from django_workflow_engine import tasks
from tests.engine.actions.firing import enqueue, kept, running

ROOT = Path(__file__).resolve().parents[2]
COLLECT = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/rabbitmq"]


@pytest.mark.django_db
def test_a_task_attempts_the_runs_that_it_is_given():
    first, second = enqueue(running("notify", "refuse"))
    tasks.run_action_runs([first.pk, second.pk, 987_654])
    assert kept("status") == ["succeeded", "failed"]


@pytest.mark.django_db
def test_the_beat_s_task_attempts_what_is_due_and_counts():
    enqueue(running("notify", "refuse"))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_GRACE_SECONDS": 0}):
        assert tasks.run_actions() == {"succeeded": 1, "failed": 1}


@pytest.mark.django_db
def test_the_celery_runner_sends_the_ids_after_the_commit(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks.run_action_runs, "apply_async", lambda **message: sent.append(message))
    attachment = running("notify", "tell")
    celery = override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_RUNNER": "celery"})
    with celery, django_capture_on_commit_callbacks(execute=True):
        runs = enqueue(attachment)
        assert sent == []
    assert sent == [{"args": [[run.pk for run in runs]], "retry": False}]
    assert kept("status") == ["pending", "pending"]


def test_the_cleanup_task_calls_the_command(monkeypatch):
    called = []
    monkeypatch.setattr(tasks, "call_command", lambda *names, **options: called.append((names, options)))
    tasks.cleanup(days=7)
    tasks.cleanup()
    assert called == [(("cleanup_workflows",), {"days": 7}), (("cleanup_workflows",), {"days": 30})]


def test_the_beat_has_an_entry_for_each_task():
    entries = tasks.beat_schedule(seconds=15, cleanup_days=90)
    assert entries["workflow-run-actions"] == {"task": "django_workflow_engine.run_actions", "schedule": 15}
    cleanup = entries["workflow-cleanup"]
    assert (cleanup["task"], cleanup["kwargs"]) == ("django_workflow_engine.cleanup", {"days": 90})
    assert (cleanup["schedule"].hour, cleanup["schedule"].minute) == ({2}, {0})


def collect_without_broker(*options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:1//"}
    command = [*COLLECT, *options]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def test_a_missing_broker_is_an_error_only_where_it_is_required():
    assert collect_without_broker().returncode == 0
    required = collect_without_broker("--require-rabbitmq")
    assert required.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--require-rabbitmq: no RabbitMQ answers at 127.0.0.1:1" in required.stderr
