"""The tasks themselves, called in this process; and what a missing broker means for a test run."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.test import override_settings

from django_workflow_engine import tasks
from tests.engine.actions.firing import enqueue, kept, running

ROOT = Path(__file__).resolve().parents[2]
COLLECT = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests/rabbitmq"]


@pytest.fixture
def broker(monkeypatch):
    """A broker that nobody has tried yet."""
    fresh = tasks.Broker()
    monkeypatch.setattr(tasks, "broker", fresh)
    return fresh


@pytest.fixture
def hanging(monkeypatch, broker):
    """The calls of a transport that never answers, until the test ends."""
    calls, end = [], threading.Event()

    def publish(**message):
        calls.append(message)
        end.wait(3)

    monkeypatch.setattr(tasks.run_action_runs, "apply_async", publish)
    yield calls
    end.set()


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
def test_the_celery_runner_sends_the_ids_after_the_commit(monkeypatch, broker, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks.run_action_runs, "apply_async", lambda **message: sent.append(message))
    attachment = running("notify", "tell")
    celery = override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_RUNNER": "celery"})
    with celery, django_capture_on_commit_callbacks(execute=True):
        runs = enqueue(attachment)
        assert sent == []
    assert sent == [{"args": [[run.pk for run in runs]], "retry": False}]
    assert kept("status") == ["pending", "pending"]


@override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_PUBLISH_SECONDS": 0.05})
def test_a_transport_that_hangs_is_given_up_and_left_alone_for_a_moment(hanging, caplog):
    for _ in range(3):
        tasks.hand_over([1, 2])
    assert len(hanging) == 1
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert line.getMessage() == "The broker takes no actions now; `run_actions` will attempt 2 of them"


@override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_PUBLISH_SECONDS": 0.05})
def test_a_transport_that_failed_is_tried_again_after_the_moment(hanging, monkeypatch):
    monkeypatch.setattr(tasks, "PAUSE_SECONDS", 0)
    for _ in range(2):
        tasks.hand_over([1])
    assert len(hanging) == 2


@pytest.mark.parametrize("error", [RuntimeError("odd"), ConnectionResetError("gone"), KeyError("queue")])
def test_whatever_a_transport_raises_stays_away_from_the_caller(error, broker, monkeypatch):
    def publish(**message):
        raise error

    monkeypatch.setattr(tasks.run_action_runs, "apply_async", publish)
    tasks.hand_over([1])


@pytest.mark.django_db
def test_where_tasks_run_at_once_they_see_the_transaction_of_their_caller(broker):
    (run,) = enqueue(running("notify"))
    conf = tasks.run_action_runs.app.conf
    conf.update(task_always_eager=True)
    try:
        tasks.hand_over([run.pk])
    finally:
        conf.update(task_always_eager=False)
    assert kept("status") == ["succeeded"]


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


SCHEDULED = """
from gql_workflows.server.celery import app
app.loader.import_default_modules()
print(*sorted(entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"] in app.tasks))
"""


def test_the_server_s_beat_has_every_command_that_wants_a_schedule(tmp_path):
    environment = {**os.environ, "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:1//", "DATA_DIR": str(tmp_path)}
    environment |= {"DJANGO_SETTINGS_MODULE": "gql_workflows.server.settings"}
    said = subprocess.run(
        [sys.executable, "-c", SCHEDULED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == [
        "django_workflow_engine.cleanup",
        "django_workflow_engine.run_actions",
        "django_workflow_engine.run_timers",
        "gql_workflows.clear_sessions",
        "gql_workflows.forget_idempotency_keys",
    ]
