"""What a function gets: either signature, rows instead of keys, and the attachment at the moment of the event."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import WorkflowAttachment
from tests.engine.actions.firing import PATH, attach, configure, event, kept, running, template
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_first_signature_gets_the_attachment_the_parameters_and_the_context_as_keywords(fire, calls):
    attachment = running("notify", parameters={"to": ["a"]})
    user, stage = attachment.started_by, attachment.current_stage
    (run,) = fire(attachment, event(attachment, user=user, stage=stage))
    (call,) = calls
    assert call["attachment"] == attachment
    assert (call["parameters"], call["context"]) == ({"to": ["a"]}, {"user": user, "stage": stage})
    assert (run.status, run.returned, run.attempts, run.last_error) == ("succeeded", {"notified": True}, 1, "")
    assert run.finished_at is not None
    assert run.duration_ms is not None


def test_the_second_signature_gets_one_dictionary_and_the_parameters(fire, calls):
    attachment = running("tell", parameters={"recipients": []})
    user = attachment.started_by
    (run,) = fire(attachment, event(attachment, user=user, stage=attachment.current_stage))
    (call,) = calls
    assert call["parameters"] == {"recipients": []}
    assert call["context"] == {
        "attachment": attachment,
        "workflow_attachment": attachment,
        "action_key": run.key,
        "user": user,
        "stage": attachment.current_stage,
    }


def test_a_function_of_keywords_alone_is_called_once_with_everything(fire, calls):
    attachment = running("take_everything", parameters={"a": 1})
    fire(attachment)
    (call,) = calls
    everything = call["everything"]
    assert everything["workflow_attachment"] == everything["attachment"] == attachment
    assert everything["action_parameters"] == everything["parameters"] == {"a": 1}
    assert everything["user"] == everything["context"]["user"] == attachment.started_by


@pytest.mark.parametrize("function", ["take_little", "wait_for"])
def test_a_function_that_takes_less_and_an_asynchronous_one_are_called_too(function, fire, calls):
    (run,) = fire(running(function))
    assert ([call["function"] for call in calls], run.status) == ([function], "succeeded")


def test_a_function_that_a_test_replaces_is_the_one_that_runs(fire):
    with patch(f"{PATH}.notify") as replaced:
        replaced.return_value = True
        fire(running("notify"))
    replaced.assert_called_once()


def test_an_action_of_the_engine_that_a_test_replaces_is_the_one_that_runs(fire):
    with patch("django_workflow_engine.action_handlers.send_approval_notification") as replaced:
        workflow = template()
        action = configure(workflow, "notify")
        action.function_path = "django_workflow_engine.action_handlers.send_approval_notification"
        action.save()
        fire(attach(workflow))
    assert replaced.call_count == 1


def test_people_and_places_that_are_gone_are_none(fire, calls, django_capture_on_commit_callbacks):
    attachment, gone = running("notify"), UserFactory()
    fired = event(attachment, user=gone, delegated_to=None, stage=987_654, comments="x")
    User.objects.filter(pk=gone.pk).delete()
    fire(attachment, fired)
    assert calls[0]["context"] == {"user": None, "delegated_to": None, "stage": None, "comments": "x"}


def test_the_attachment_stands_where_the_event_happened_not_where_it_stands_now(fire, calls):
    workflow = template()
    for action_type in (ActionType.AFTER_APPROVE, ActionType.AFTER_MOVE_STAGE, ActionType.ON_WORKFLOW_COMPLETE):
        configure(workflow, "notify", action_type)
    attachment = attach(workflow)
    first, second = attachment.workflow.pipelines.get().stages.order_by("order")
    approved = event(attachment)
    attachment.current_stage = second
    moved, completed = event(attachment, ActionType.AFTER_MOVE_STAGE), event(attachment, "on_workflow_complete")
    fire(attachment, approved, moved, completed)
    assert [(call["stage"], call["status"]) for call in calls] == [
        (first.name_en, "in_progress"),
        (second.name_en, "in_progress"),
        (second.name_en, "completed"),
    ]


def test_what_a_function_does_to_the_attachment_in_memory_reaches_neither_the_database_nor_the_next_one(fire, calls):
    attachment = running("write", "notify")
    before = WorkflowAttachment.objects.values().get()
    fire(attachment)
    assert WorkflowAttachment.objects.values().get() == before
    assert calls[1]["stage"] == "Stage 1"


def test_a_function_that_saves_its_attachment_stores_the_metadata_and_never_moves_the_run(fire):
    attachment = running("save_attachment")
    fired = event(attachment, stage=attachment.current_stage)
    second = attachment.workflow.pipelines.get().stages.order_by("order").last()
    WorkflowAttachment.objects.update(current_stage=second)
    fire(attachment, fired)
    attachment.refresh_from_db()
    assert (attachment.metadata, attachment.current_stage) == ({"seen": "Stage 1"}, second)


@pytest.mark.parametrize(("odd", "returned"), [(True, "{'set': {1}}"), (False, '"' + "x" * 9_999)])
def test_what_is_no_json_or_too_long_is_kept_as_text(odd, returned, fire):
    fire(running("return_anything", parameters={"odd": odd}))
    assert kept("status", "returned") == [("succeeded", returned)]
