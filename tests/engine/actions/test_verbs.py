"""From a decision to its actions: which events fire, in which order, and where the attachment stands for each."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_workflow_engine.actions.runner import run_now
from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import attach_workflow_to_object, reject_step
from tests.engine.actions.firing import PATH, configure, kept
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, seat

pytestmark = pytest.mark.django_db

EVERY_EVENT = [
    {"action_type": action_type.value, "function_path": f"{PATH}.notify", "parameters": {"event": action_type.value}}
    for action_type in ActionType
]
ROUTES = {
    1: [
        ("on_workflow_start", "Stage 1", "in_progress"),
        ("on_approval_requested", "Stage 1", "in_progress"),
        ("after_approve", "Stage 1", "in_progress"),
        ("after_move_stage", "Stage 2", "in_progress"),
        ("on_approval_requested", "Stage 2", "in_progress"),
        ("after_approve", "Stage 2", "in_progress"),
        ("after_move_pipeline", "Stage 3", "in_progress"),
        ("after_move_stage", "Stage 3", "in_progress"),
        ("on_approval_requested", "Stage 3", "in_progress"),
        ("after_approve", "Stage 3", "in_progress"),
        ("on_workflow_complete", "Stage 3", "completed"),
    ],
    2: [
        ("on_workflow_start", None, "in_progress"),
        ("on_approval_requested", None, "in_progress"),
        ("after_approve", None, "in_progress"),
        ("after_move_pipeline", None, "in_progress"),
        ("on_approval_requested", None, "in_progress"),
        ("after_approve", None, "in_progress"),
        ("after_move_pipeline", None, "in_progress"),
        ("on_approval_requested", None, "in_progress"),
        ("after_approve", None, "in_progress"),
        ("on_workflow_complete", None, "completed"),
    ],
    3: [
        ("on_workflow_start", None, "in_progress"),
        ("on_approval_requested", None, "in_progress"),
        ("after_approve", None, "in_progress"),
        ("on_workflow_complete", None, "completed"),
    ],
}


@pytest.fixture
def boss():
    return UserFactory(username="boss", email="boss@example.com")


@pytest.fixture
def every_event():
    with override_settings(WORKFLOW_ACTIONS_CONFIG=EVERY_EVENT):
        yield


def start(strategy, boss):
    positions = [[by_user(boss)]] * (1 if strategy == 3 else 3)
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions), user=boss)
    return document


def told(calls):
    return [(call["parameters"]["event"], call["stage"], call["status"]) for call in calls]


@pytest.mark.usefixtures("every_event")
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_fires_each_event_once_in_the_documented_order(strategy, boss, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = start(strategy, boss)
    while attachment_of(document).status == "in_progress":
        with django_capture_on_commit_callbacks(execute=True):
            approve(document, boss)
    assert told(calls) == ROUTES[strategy]
    assert set(kept("status")) == {"succeeded"}


@pytest.mark.usefixtures("every_event")
def test_events_bring_what_the_reference_says(boss, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        document = start(1, boss)
        approve(document, boss)
        approve(document, boss)
        reject_step(step_id=seat(document, boss).pk, actor=boss, reason="Too dear")
    keys = {call["parameters"]["event"]: set(call["context"]) - {"user"} for call in calls}
    assert keys == {
        "on_workflow_start": {"initial_stage", "initial_pipeline"},
        "on_approval_requested": {"asked", "step_id"},
        "after_approve": {"stage"},
        "after_move_stage": {"from_stage", "to_stage"},
        "after_move_pipeline": {"from_pipeline", "to_pipeline"},
        "after_reject": {"stage", "reason"},
    }
    moved = next(call["context"] for call in calls if call["parameters"]["event"] == "after_move_pipeline")
    assert (moved["from_pipeline"].name_en, moved["to_pipeline"].name_en) == ("Pipeline 1", "Pipeline 2")
    (rejected,) = [call for call in calls if call["parameters"]["event"] == "after_reject"]
    assert (rejected["context"]["reason"], rejected["context"]["stage"].name_en) == ("Too dear", "Stage 3")
    assert (rejected["context"]["user"], rejected["status"]) == (boss, "rejected")


@pytest.mark.parametrize("function", ["fail", "refuse", "leave", "break_sql", "hide_broken_sql"])
@pytest.mark.django_db(transaction=True)
def test_an_action_that_fails_never_touches_the_decision(function, boss):
    workflow = template_for(3, [[by_user(boss)]])
    configure(workflow, function)
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow, user=boss)
    assert approve(document, boss).outcome == "workflow_completed"
    assert attachment_of(document).status == "completed"
    assert kept("status", "attempts") == [("failed", 1)]


def test_the_next_approvers_are_known_after_an_approval(boss, django_capture_on_commit_callbacks, monkeypatch):
    found = []

    def look(workflow_attachment, action_parameters, **context):
        found.append(resolve_recipients(["next_approvers"], workflow_attachment, **context))

    monkeypatch.setattr(f"{PATH}.notify", look)
    after = UserFactory(email="after@example.com")
    workflow = template_for(2, [[by_user(boss)], [by_user(after)]])
    configure(workflow, "notify")
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow, user=boss)
    with django_capture_on_commit_callbacks(execute=True):
        approve(document, boss)
    assert found == [{"after@example.com"}]


def test_the_actions_of_an_earlier_run_see_that_run(boss, django_capture_on_commit_callbacks, calls):
    workflow = template_for(1, [[by_user(boss)]])
    configure(workflow, "notify")
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow, user=boss)
    first = attachment_of(document)
    with django_capture_on_commit_callbacks():
        approve(document, boss)
    (run,) = ActionRun.objects.all()
    workflow.name_en = "Renamed"
    workflow.save()
    attach_workflow_to_object(document, workflow, user=boss)
    assert attachment_of(document).workflow != first.workflow
    run_now([run.pk])
    assert calls[0]["attachment"].workflow == first.workflow
    assert (calls[0]["attachment"].run_number, calls[0]["stage"]) == (1, "Stage 1")
