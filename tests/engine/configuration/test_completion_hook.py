"""The hook that a model's configuration calls after a completion: an action run like any other, lost by no crash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_workflow_engine.actions.runner import run_due
from django_workflow_engine.choices import ActionRunStatus, ActionType, AttachmentStatus, EventKind
from django_workflow_engine.models import ActionRun, WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.engine.actions.firing import PATH, configure
from tests.engine.configuration import hooks
from tests.factories import STRATEGIES, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def calls():
    hooks.calls.clear()
    return hooks.calls


@pytest.fixture
def approver():
    return UserFactory()


def completing(approver, hook: str, strategy: int = 3) -> Deal:
    """A deal whose next approval completes its run, and whose model has this hook."""
    register_model_for_workflow(Deal, post_complete_hook=hook and f"{hooks.HERE}.{hook}")
    deal = Deal.objects.create(title="Printer")
    attach_workflow_to_object(deal, template_for(strategy, [[by_user(approver)]]))
    return deal


def complete(deal, approver, capture) -> None:
    with capture(execute=True):
        approve(deal, approver)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", ["note", "note_context"])
def test_the_hook_is_called_after_the_commit_and_sees_the_completed_run(
    strategy, name, approver, calls, django_capture_on_commit_callbacks
):
    deal = completing(approver, name, strategy)
    with django_capture_on_commit_callbacks(execute=True):
        approve(deal, approver)
        assert calls == []
    assert calls == [(name, AttachmentStatus.COMPLETED, approver)]


def test_the_hook_is_kept_in_the_outbox_with_the_completion_that_it_answers(
    approver, django_capture_on_commit_callbacks
):
    deal = completing(approver, "note")
    complete(deal, approver, django_capture_on_commit_callbacks)
    run = ActionRun.objects.get()
    assert (run.action_type, run.function_path) == (ActionType.ON_WORKFLOW_COMPLETE, f"{hooks.HERE}.note")
    assert (run.status, run.attempts, run.event.kind) == (ActionRunStatus.SUCCEEDED, 1, EventKind.COMPLETED)


def test_it_is_the_last_of_the_completion_s_actions(approver, django_capture_on_commit_callbacks):
    register_model_for_workflow(Deal, post_complete_hook=f"{hooks.HERE}.note")
    template = template_for(3, [[by_user(approver)]])
    configure(template, "notify", ActionType.ON_WORKFLOW_COMPLETE)
    deal = Deal.objects.create(title="Printer")
    attach_workflow_to_object(deal, template)
    complete(deal, approver, django_capture_on_commit_callbacks)
    paths = list(ActionRun.objects.order_by("order").values_list("function_path", flat=True))
    assert paths == [f"{PATH}.notify", f"{hooks.HERE}.note"]


def test_a_process_that_dies_between_the_commit_and_the_hook_loses_nothing(approver, calls):
    deal = completing(approver, "note")
    approve(deal, approver)  # its callbacks after the commit never run
    assert (calls, attachment_of(deal).status) == ([], AttachmentStatus.COMPLETED)
    ActionRun.objects.update(created_at=timezone.now() - timedelta(hours=1))
    run_due()
    assert calls == [("note", AttachmentStatus.COMPLETED, approver)]


@pytest.mark.parametrize("name", ["refuse", "invalid", "break_sql", "unregistered"])
def test_what_goes_wrong_is_recorded_to_be_tried_again_and_never_touches_the_completion(
    name, approver, calls, django_capture_on_commit_callbacks
):
    deal = completing(approver, name)
    complete(deal, approver, django_capture_on_commit_callbacks)
    run = ActionRun.objects.get()
    assert (run.status, run.attempts, calls) == (ActionRunStatus.FAILED, 1, [])
    assert run.last_error
    assert attachment_of(deal).status == AttachmentStatus.COMPLETED


def test_without_a_hook_nothing_is_written(approver, django_capture_on_commit_callbacks):
    deal = completing(approver, "")
    assert WorkflowConfiguration.objects.get().post_complete_hook == ""
    complete(deal, approver, django_capture_on_commit_callbacks)
    assert ActionRun.objects.count() == 0
