"""The outbox: rows in the verb's transaction, one statement, and the runner only after the commit."""

from __future__ import annotations

import logging

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.actions import outbox
from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import PATH, attach, configure, enqueue, event, kept, running, template

pytestmark = pytest.mark.django_db


def statements(attachment, *events) -> int:
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        outbox.enqueue(attachment, events)
    return len(captured)


def test_nothing_is_written_and_no_statement_is_run_where_no_action_answers():
    attachment = running()
    assert statements(attachment, event(attachment)) == 0
    assert kept("pk") == []


@pytest.mark.parametrize("functions", [1, 20])
def test_any_number_of_actions_costs_one_statement(functions):
    attachment = running(*["notify"] * functions)
    user = attachment.started_by
    events = [event(attachment, user=user), event(attachment, user=user)]
    assert statements(attachment, *events) == 1
    assert ActionRun.objects.count() == 2 * functions
    assert kept("order") == list(range(2 * functions))


def test_a_row_keeps_the_moment_of_its_event():
    attachment = running("notify", parameters={"to": ["a"]})
    user, place = attachment.started_by, (attachment.current_pipeline_id, attachment.current_stage_id)
    fired = event(attachment, user=user, stage=attachment.current_stage_id, reason="Too late", delegated_to=None)
    attachment.current_stage_id = attachment.current_pipeline_id = None
    (run,) = enqueue(attachment, fired)
    assert (run.current_pipeline_id, run.current_stage_id) == place
    assert (run.attachment_status, run.run_number) == ("in_progress", 1)
    assert run.workflow_id == attachment.workflow_id
    assert run.context == {"user": user.pk, "stage": place[1], "reason": "Too late", "delegated_to": None}
    assert run.parameters == {"to": ["a"]}
    assert (run.status, run.attempts, run.next_attempt_at, run.last_error) == ("pending", 0, None, "")


def test_rows_and_nodes_are_kept_by_their_ids():
    attachment = running("notify")
    fired = event(attachment)
    context = {
        "user": attachment.started_by,
        "from_stage": fired.position.stage,
        "to_stage": attachment.current_stage,
        "from_pipeline": fired.position.pipeline,
        "to_pipeline": attachment.current_pipeline,
    }
    (run,) = enqueue(attachment, event(attachment, **context))
    stage, pipeline = attachment.current_stage_id, attachment.current_pipeline_id
    assert run.context == {
        "user": attachment.started_by_id,
        "from_stage": stage,
        "to_stage": stage,
        "from_pipeline": pipeline,
        "to_pipeline": pipeline,
    }


@pytest.mark.parametrize(
    ("action_type", "status"),
    [
        (ActionType.AFTER_APPROVE, "in_progress"),
        (ActionType.AFTER_REJECT, "rejected"),
        (ActionType.ON_WORKFLOW_COMPLETE, "completed"),
    ],
)
def test_the_state_is_that_of_the_event_not_of_the_end_of_the_verb(action_type, status):
    workflow = template()
    configure(workflow, "notify", action_type)
    attachment = attach(workflow)
    (run,) = enqueue(attachment, event(attachment, action_type))
    assert run.attachment_status == status


def test_keys_are_stable_and_different():
    first, second = enqueue(running("notify", "notify"))
    keys = {first.key, second.key}
    assert len(keys) == 2
    assert set(kept("key")) == keys


def test_nothing_runs_before_the_commit(calls, django_capture_on_commit_callbacks):
    attachment = running("notify")
    with django_capture_on_commit_callbacks() as callbacks:
        enqueue(attachment)
    assert calls == []
    assert len(callbacks) == 1


def test_a_rollback_leaves_no_row_and_runs_nothing(calls, django_capture_on_commit_callbacks):
    attachment = running("notify")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue(attachment)
        transaction.set_rollback(True)
    assert (calls, kept("pk")) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_a_real_commit_runs_them_and_what_goes_wrong_there_stays_away_from_the_caller(calls, monkeypatch, caplog):
    attachment = running("notify")
    enqueue(attachment)
    assert [call["function"] for call in calls] == ["notify"]
    monkeypatch.setattr("django_workflow_engine.actions.runner.attempt", lambda run_id: 1 / 0)
    with caplog.at_level(logging.ERROR):
        (run,) = enqueue(attachment)
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("pending", 0)
    assert "ZeroDivisionError" in caplog.text or "division by zero" in caplog.text


@override_settings(WORKFLOW_ACTIONS_CONFIG=[{"action_type": "after_approve", "function_path": f"{PATH}.notify"}])
def test_the_settings_alone_are_enough(fire, calls):
    fire(running())
    assert [call["function"] for call in calls] == ["notify"]
