"""A function that fails, in whatever way: it is recorded, the others still run, and the decision stands."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from django_workflow_engine.models import ActionRun, WorkflowAction, WorkflowAttachment
from tests.engine.actions.firing import attach, configure, enqueue, kept, running, template
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db

FAILING = {
    "refuse": "The function returned False.",
    "fail": "RuntimeError: The printer is on fire",
    "leave": "SystemExit: gone",
}


@pytest.mark.parametrize(("function", "error"), FAILING.items())
def test_a_failure_is_recorded_and_the_later_actions_still_run(function, error, fire, calls):
    first, failed, last = fire(running("notify", function, "notify"))
    assert [first.status, failed.status, last.status] == ["succeeded", "failed", "succeeded"]
    assert (failed.last_error, failed.attempts, failed.finished_at) == (error, 1, None)
    assert failed.next_attempt_at is not None
    assert [call["function"] for call in calls if call["function"] == "notify"] == ["notify", "notify"]


def test_a_failure_is_logged_with_its_run_and_its_function(fire, caplog):
    with caplog.at_level(logging.WARNING):
        (run,) = fire(running("refuse"))
    (line,) = [record for record in caplog.records if record.name == "django_workflow_engine.actions.runner"]
    assert line.levelno == logging.WARNING
    assert f"Action run {run.pk} of tests.testapp.workflow_actions.refuse failed at attempt 1" in line.getMessage()


def test_an_action_that_failed_is_not_tried_again_within_the_same_call(fire, calls):
    fire(running("refuse"))
    assert calls == [{"function": "refuse"}]


@pytest.mark.parametrize("function", ["fail", "hide_broken_sql", "break_sql"])
def test_the_writes_of_a_failed_action_are_rolled_back_and_nothing_else(function, fire):
    attachment = running("write", function, "write")
    fire(attachment)
    assert kept("status") == ["succeeded", "failed", "succeeded"]
    assert sorted(Document.objects.values_list("title", flat=True)) == [attachment.target.title, "Written", "Written"]


def test_a_function_that_breaks_its_sql_leaves_a_connection_that_works(fire):
    attachment = running("break_sql")
    (run,) = fire(attachment)
    assert run.last_error.startswith(("OperationalError", "ProgrammingError"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    attachment.refresh_from_db()
    assert attachment.status == "in_progress"


def test_a_path_that_came_in_past_the_models_is_refused_when_it_would_run(fire):
    workflow = template()
    configure(workflow, "notify")
    WorkflowAction.objects.update(function_path="os.system")
    (run,) = fire(attach(workflow))
    assert (run.status, run.last_error) == (
        "failed",
        "ActionNotRegistered: “os.system” is not registered as an action.",
    )


def test_an_attachment_that_is_deleted_before_its_actions_run_takes_them_along(
    calls, django_capture_on_commit_callbacks
):
    attachment = running("notify")
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(attachment)
        WorkflowAttachment.objects.filter(pk=attachment.pk).delete()
    assert (calls, ActionRun.objects.count()) == ([], 0)
