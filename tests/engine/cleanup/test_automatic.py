"""WORKFLOW_AUTO_CLEANUP_COMPLETED."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from django_workflow_engine.models import ActionRun, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow, reject_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, seat
from tests.testapp import workflow_actions

pytestmark = pytest.mark.django_db


def run_of(strategy: int, boss: Any, action: str | None = None) -> Any:
    document, template = DocumentFactory(), template_for(strategy, [[by_user(boss)]])
    if action is not None:
        path = f"tests.testapp.workflow_actions.{action}"
        WorkflowAction.objects.create(workflow=template, action_type="on_workflow_complete", function_path=path)
    attach_workflow_to_object(document, template, boss)
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("end", ["approve", "reject", "cancel"])
@pytest.mark.parametrize("wanted", [True, False])
def test_an_ended_run_goes_where_the_setting_says_so(
    strategy: int, end: str, wanted: bool, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.WORKFLOW_AUTO_CLEANUP_COMPLETED = wanted
    boss = UserFactory()
    document = run_of(strategy, boss)
    running = run_of(strategy, boss)
    attachment = WorkflowAttachment.objects.get(object_id=str(document.pk))
    with django_capture_on_commit_callbacks(execute=True):
        if end == "approve":
            approve(document, boss)
        if end == "reject":
            reject_step(step_id=seat(document, boss).pk, actor=boss, reason="no")
        if end == "cancel":
            cancel_workflow(attachment_id=attachment.pk, actor=boss, reason="no")
    assert WorkflowAttachment.objects.filter(pk=attachment.pk).exists() is not wanted
    assert WorkflowAttachment.objects.filter(object_id=str(running.pk)).exists()


def test_the_last_actions_run_before_it_goes(settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    settings.WORKFLOW_AUTO_CLEANUP_COMPLETED = True
    boss = UserFactory()
    document = run_of(3, boss, "notify")
    workflow_actions.calls.clear()
    with django_capture_on_commit_callbacks(execute=True):
        approve(document, boss)
    assert [call["function"] for call in workflow_actions.calls] == ["notify"]
    assert not WorkflowAttachment.objects.exists()


def test_a_run_with_an_action_to_be_tried_again_waits_for_it(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.WORKFLOW_AUTO_CLEANUP_COMPLETED = True
    boss = UserFactory()
    document = run_of(3, boss, "fail")
    with django_capture_on_commit_callbacks(execute=True):
        approve(document, boss)
    assert WorkflowAttachment.objects.count() == 1
    ActionRun.objects.update(status="succeeded", next_attempt_at=None)
    call_command("run_actions")
    assert not WorkflowAttachment.objects.exists()
