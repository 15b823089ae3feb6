"""A database that refuses a row in the middle of a verb: everything is rolled back, and nothing runs after it."""

from __future__ import annotations

import pytest
from approval_workflow.models import ApprovalInstance
from django.db import DatabaseError
from django.test import override_settings

from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
    request_resubmission,
    start_workflow,
)
from tests.engine.actions.firing import PATH
from tests.engine.faults.broken_tables import refusing
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp import workflow_actions

pytestmark = pytest.mark.django_db
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)
EVERY_EVENT = [{"action_type": action_type.value, "function_path": f"{PATH}.notify"} for action_type in ActionType]


@pytest.fixture(autouse=True)
def every_event():
    """Every event has an action, so that every verb writes its run."""
    workflow_actions.calls.clear()
    with override_settings(WORKFLOW_ACTIONS_CONFIG=EVERY_EVENT):
        yield


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def colleague():
    return UserFactory()


def waiting(strategy, boss, colleague, *, last=False):
    """A document that the boss or the colleague decides, the last time or once before somebody else does."""
    asked, after = by_role(group_of(boss, colleague)), ([] if last else [by_user(colleague)])
    document = DocumentFactory()
    positions = [[asked, *after]] if strategy == 3 else [[asked], *([after] if after else [])]
    attach_workflow_to_object(document, template_for(strategy, positions), user=boss)
    return document


def refused(capture, table, call, verb="INSERT") -> None:
    """The call fails on this table; it changed nothing, and left nothing to do after the commit."""
    workflow_actions.calls.clear()
    with (
        refusing(table, verb),
        unchanged(),
        capture(execute=True) as callbacks,
        pytest.raises(DatabaseError, match="full"),
    ):
        call()
    assert (callbacks, workflow_actions.calls) == ([], [])


@every_strategy
@pytest.mark.parametrize("table", [ApprovalInstance, WorkflowEvent, ActionRun])
def test_a_move_whose_rows_are_refused_is_no_move(strategy, table, boss, colleague, django_capture_on_commit_callbacks):
    document = waiting(strategy, boss, colleague)
    step = seat(document, boss)
    refused(django_capture_on_commit_callbacks, table, lambda: approve_step(step_id=step.pk, actor=boss))
    assert approve_step(step_id=step.pk, actor=boss).attachment.status == "in_progress"


@every_strategy
@pytest.mark.parametrize("table", [WorkflowEvent, ActionRun])
def test_a_completion_whose_rows_are_refused_is_none(
    strategy, table, boss, colleague, django_capture_on_commit_callbacks
):
    document = waiting(strategy, boss, colleague, last=True)
    step = seat(document, boss)
    refused(django_capture_on_commit_callbacks, table, lambda: approve_step(step_id=step.pk, actor=boss))
    assert approve_step(step_id=step.pk, actor=boss).attachment.status == "completed"


@every_strategy
@pytest.mark.parametrize("table", [ApprovalInstance, WorkflowEvent, ActionRun])
@pytest.mark.parametrize("later", [False, True])
def test_a_start_whose_rows_are_refused_is_none(strategy, table, later, boss, django_capture_on_commit_callbacks):
    template, document = template_for(strategy, [[by_user(boss)]]), DocumentFactory()
    if later:
        attachment = attach_workflow_to_object(document, template, auto_start=False)
        refused(django_capture_on_commit_callbacks, table, lambda: start_workflow(attachment_id=attachment.pk))
        assert start_workflow(attachment_id=attachment.pk).status == "in_progress"
        return
    refused(django_capture_on_commit_callbacks, table, lambda: attach_workflow_to_object(document, template))
    assert attach_workflow_to_object(document, template).status == "in_progress"


def rejecting(step, boss, other):
    return reject_step(step_id=step.pk, actor=boss, reason="No")


def sending_back(step, boss, other):
    return request_resubmission(step_id=step.pk, actor=boss, reason="Once more")


def delegating(step, boss, other):
    return delegate_step(step_id=step.pk, actor=boss, user_id=other.pk)


def cancelling(step, boss, other):
    return cancel_workflow(attachment_id=step.flow.workflow_attachment.pk, actor=boss, reason="Not needed")


@every_strategy
@pytest.mark.parametrize(
    ("decide", "table"),
    [
        (rejecting, WorkflowEvent),
        (rejecting, ActionRun),
        (sending_back, ApprovalInstance),
        (sending_back, WorkflowEvent),
        (sending_back, ActionRun),
        (delegating, ApprovalInstance),
        (delegating, WorkflowEvent),
        (delegating, ActionRun),
        (cancelling, WorkflowEvent),
    ],
)
def test_any_other_verb_whose_rows_are_refused_did_nothing(
    strategy, decide, table, boss, colleague, django_capture_on_commit_callbacks
):
    document, other = waiting(strategy, boss, colleague), UserFactory()
    step = seat(document, boss)
    refused(django_capture_on_commit_callbacks, table, lambda: decide(step, boss, other))
    decide(step, boss, other)


@every_strategy
@pytest.mark.parametrize("table", [ApprovalInstance, WorkflowAttachment])
def test_a_row_that_cannot_be_changed_rolls_the_decision_back_too(
    strategy, table, boss, colleague, django_capture_on_commit_callbacks
):
    document = waiting(strategy, boss, colleague, last=True)
    step = seat(document, boss)
    refused(django_capture_on_commit_callbacks, table, lambda: approve_step(step_id=step.pk, actor=boss), "UPDATE")
    approve_step(step_id=step.pk, actor=boss)
    assert attachment_of(document).status == "completed"
