"""`run_actions` as a process that stays: what fails passes, what is odd harms itself alone, and a signal ends it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models
from django.test import override_settings

from django_workflow_engine.actions.runner import run_due, run_now
from django_workflow_engine.models import ActionRun, WorkflowAttachment
from tests.engine.actions.firing import answered_by, enqueue, kept, running
from tests.testapp.models import Document

COMMAND = "django_workflow_engine.management.commands.run_actions"
PASSES = "django_workflow_engine.management.passes"
SLEEP = f"{PASSES}.time.sleep"
SAID = "1 attempted: 1 succeeded, 0 failed and will be tried again, 0 became incidents"


def fine(workflow_attachment):
    return "fine"


def read_target(workflow_attachment):
    return workflow_attachment.target.title


def ask_for_an_end(workflow_attachment):
    """What somebody does who presses Ctrl-C while the action runs."""
    Document.objects.create(title="Left behind")
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(10_000_000):  # the signal takes effect at the next line that the main thread executes
        pass
    return "went on"


def raise_by_itself(workflow_attachment):
    raise KeyboardInterrupt


@pytest.fixture
def waits(monkeypatch):
    """Two waits of the loop; at the third somebody ends the process."""
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(SLEEP, sleep)
    return waited


@pytest.fixture
def left_behind(monkeypatch):
    """Leave what is enqueued to the command."""
    monkeypatch.setattr("django_workflow_engine.actions.outbox.dispatch_after_commit", lambda run_ids: None)


def told(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == PASSES]


@pytest.mark.django_db
def test_a_pass_that_fails_is_logged_once_and_the_next_one_goes_on(waits, monkeypatch, caplog):
    failing = [RuntimeError("no disk"), ValueError("odd")]
    monkeypatch.setattr(f"{PASSES}.close_old_connections", lambda: None)
    monkeypatch.setattr(f"{COMMAND}.sweep", lambda: (_ for _ in ()).throw(failing.pop(0)) if failing else None)
    said = StringIO()
    with caplog.at_level(logging.ERROR):
        call_command("run_actions", loop=7, stdout=said)
    assert told(caplog) == ["This pass did not come to its end; the next one begins in 7 s"] * 2
    assert said.getvalue().splitlines() == [
        "0 attempted: 0 succeeded, 0 failed and will be tried again, 0 became incidents",
        "Stopped; what was not finished stays due",
    ]
    assert waits == [7, 7, 7]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_loop_survives_a_server_that_ends_its_connection(left_behind, waits, monkeypatch, caplog):
    """The connection is lost in the first wait; in the second pass that is told, the third one does the work."""
    with answered_by("fine", module=__name__):
        attachment = running()

        def lose(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 1:
                enqueue(attachment)
                terminate()
            if len(waits) == 3:
                os.kill(os.getpid(), signal.SIGTERM)

        monkeypatch.setattr(SLEEP, lose)
        monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
        said = StringIO()
        with caplog.at_level(logging.ERROR):
            call_command("run_actions", loop=7, grace=0, stdout=said)
    assert told(caplog) == ["This pass did not come to its end; the next one begins in 7 s"]
    assert said.getvalue().splitlines()[1:] == [SAID, "Stopped; what was not finished stays due"]
    assert kept("status") == ["succeeded"]


def terminate() -> None:
    """End this process's connection from another one."""
    connection.close_at = None
    other = type(connection._connections[connection._alias])(connection.settings_dict, "other")
    with connection.cursor() as mine:
        mine.execute("SELECT pg_backend_pid()")
        backend = mine.fetchone()[0]
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    other.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("runner", [run_now, lambda run_ids: run_due(grace=timedelta())])
def test_what_was_done_is_recorded_although_the_connection_was_lost_meanwhile(runner, left_behind):
    with answered_by("end_the_caller_s_connection", "fine", module=__name__):
        runs = enqueue(running())
        victims.append(backend())
        runner([run.pk for run in runs])
    assert kept("status", "attempts") == [("succeeded", 1), ("succeeded", 1)]


victims: list[int] = []


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end_the_caller_s_connection(workflow_attachment):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [victims[-1]])


def spoil_context():
    return {"context": ["no", "dictionary"]}


def spoil_parameters():
    return {"parameters": "no dictionary"}


def spoil_path():
    return {"function_path": "\x7f..no path.", "action_type": "after_approve"}


def spoil_user():
    return {"context": {"user": {"not": "a key"}, "stage": ["x"], "to_pipeline": 2**80}}


def spoil_workflow():
    return {"workflow_id": 2**40, "current_stage_id": 2**40, "current_pipeline_id": 2**40}


SPOILED = [spoil_context, spoil_parameters, spoil_path, spoil_user, spoil_workflow]


@pytest.mark.django_db
@pytest.mark.parametrize("spoil", SPOILED)
def test_a_row_that_cannot_be_read_harms_itself_alone(spoil):
    with answered_by("read_target", "fine", module=__name__):
        first, _second = enqueue(running())
        ActionRun.objects.filter(pk=first.pk).update(**spoil())
        assert run_due(grace=timedelta()).total() == 2
    assert kept("status")[1] == "succeeded"


@pytest.mark.django_db
def test_a_row_of_a_model_that_is_gone_harms_itself_alone():
    with answered_by("read_target", "fine", module=__name__):
        enqueue(running())
        gone = ContentType.objects.create(app_label="gone", model="thing")
        WorkflowAttachment.objects.update(content_type=gone)
        assert run_due(grace=timedelta()) == {"failed": 1, "succeeded": 1}


@pytest.mark.django_db
def test_a_row_that_cannot_even_be_claimed_harms_itself_alone(monkeypatch, caplog):
    """The first row breaks whoever reads it."""
    with answered_by("fine", "fine", module=__name__):
        first, second = enqueue(running())
        read = models.JSONField.from_db_value

        def refuse(field, value, *rest):
            if value is not None and "poison" in str(value):
                raise ValueError("poison")
            return read(field, value, *rest)

        monkeypatch.setattr(models.JSONField, "from_db_value", refuse)
        ActionRun.objects.filter(pk=first.pk).update(parameters={"poison": True})
        assert run_due(grace=timedelta()) == {"succeeded": 1}
        run_now([first.pk, second.pk])
    assert f"Action run {first.pk} could not be attempted" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_breaks_the_action_off_and_the_run_stays_due(left_behind):
    said, before = StringIO(), signal.getsignal(signal.SIGINT)
    with answered_by("ask_for_an_end", "fine", module=__name__):
        enqueue(running())
        call_command("run_actions", grace=0, stdout=said)
    assert said.getvalue() == "Stopped; what was not finished stays due\n"
    assert kept("status", "attempts", "next_attempt_at") == [("pending", 0, None)] * 2
    assert signal.getsignal(signal.SIGINT) is before
    assert not Document.objects.filter(title="Left behind").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_TIMEOUT_SECONDS": 20})
def test_ctrl_c_abandons_an_action_with_a_time_limit(left_behind):
    said = StringIO()
    with answered_by("ask_for_an_end", "fine", module=__name__):
        enqueue(running())
        call_command("run_actions", grace=0, stdout=said)
    assert said.getvalue() == "Stopped; what was not finished stays due\n"
    wait_for_threads()
    assert kept("status", "attempts", "next_attempt_at") == [("pending", 0, None)] * 2
    assert not Document.objects.filter(title="Left behind").exists()


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "workflow-action":
            thread.join(10)


@pytest.mark.django_db
def test_what_a_function_raises_by_itself_ends_no_command(left_behind):
    said = StringIO()
    with answered_by("raise_by_itself", "fine", module=__name__):
        enqueue(running())
        call_command("run_actions", grace=0, stdout=said)
    assert said.getvalue().startswith("2 attempted: 1 succeeded, 1 failed")
