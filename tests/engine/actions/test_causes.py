"""Every run of an action names the line of the audit trail that it answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from approval_workflow.services import advance_flow
from django.test import override_settings
from django.utils import timezone

from django_workflow_engine.actions.events import CAUSES
from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun, WorkflowEvent
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
    request_changes,
    request_resubmission,
    resubmit,
)
from django_workflow_engine.services.timing_out import fire_due_timers
from tests.clock import at
from tests.engine.actions.firing import PATH
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, seat

pytestmark = pytest.mark.django_db

CAUSE = {
    "on_workflow_start": "started",
    "after_approve": "approved",
    "after_reject": "rejected",
    "after_resubmission": "resubmission_requested",
    "after_delegate": "delegated",
    "after_move_stage": "stage_moved",
    "after_move_pipeline": "pipeline_moved",
    "on_workflow_complete": "completed",
    "on_workflow_cancel": "cancelled",
    "after_changes_requested": "changes_requested",
    "after_resubmit": "resubmitted",
    "on_reminder": "reminded",
    "on_timeout": "timed_out",
}
EVERY_EVENT = [{"action_type": name, "function_path": f"{PATH}.notify"} for name in CAUSE]


@pytest.fixture(autouse=True)
def every_event():
    with override_settings(WORKFLOW_ACTIONS_CONFIG=EVERY_EVENT):
        yield


@pytest.fixture
def boss():
    return UserFactory()


def start(strategy, boss):
    """A document that the boss has to approve twice."""
    positions = [[by_user(boss)] * 2] if strategy == 3 else [[by_user(boss)], [by_user(boss)]]
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions), user=boss)
    return document


def assert_each_event_has_its_run(document) -> None:
    """One run for each line that an action can answer, in the order of the lines, and no other run."""
    attachment = attachment_of(document)
    lines = WorkflowEvent.objects.filter(attachment=attachment, kind__in=CAUSE.values())
    runs = list(ActionRun.objects.filter(attachment=attachment).select_related("event"))
    assert all(run.event.kind == CAUSE[run.action_type] for run in runs)
    assert all(run.event.attachment == attachment and run.event.run_number == run.run_number for run in runs)
    assert sorted(run.event_id for run in runs) == sorted(lines.values_list("pk", flat=True))


def test_each_event_for_actions_is_about_one_kind_of_line():
    assert {action_type.value: kind.value for action_type, kind in CAUSES.items()} == CAUSE
    assert set(CAUSES) == set(ActionType) - {ActionType.ON_APPROVAL_REQUESTED}  # see `test_asking`


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_walk_to_the_end_names_each_cause(strategy, boss):
    document = start(strategy, boss)
    approve(document, boss)
    approve(document, boss)
    assert attachment_of(document).status == "completed"
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_other_decision_names_its_cause(strategy, boss):
    document, colleague = start(strategy, boss), UserFactory()
    request_resubmission(step_id=seat(document, boss).pk, actor=boss, reason="Once more")
    delegate_step(step_id=seat(document, boss).pk, actor=boss, user_id=colleague.pk)
    reject_step(step_id=seat(document, colleague).pk, actor=colleague, reason="No")
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_way_by_the_requester_names_its_causes(strategy, boss):
    document = start(strategy, boss)
    request_changes(step_id=seat(document, boss).pk, actor=boss, reason="More")
    resubmit(attachment_id=attachment_of(document).pk, actor=boss)
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_the_clock_does_names_its_causes(strategy, boss):
    document = DocumentFactory()
    deadline = {"after": "P2D", "remind_before": ["P1D"], "on_timeout": "reject"}
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss) | {"deadline": deadline}]]), user=boss)
    for days in (1, 2):
        with at(timezone.now() + timedelta(days=days)):
            fire_due_timers()
    assert attachment_of(document).status == "rejected"
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_that_is_called_off_names_its_cause(strategy, boss):
    document = start(strategy, boss)
    cancel_workflow(attachment_id=attachment_of(document).pk, actor=boss, reason="No use")
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_runs_of_a_further_run_name_its_own_lines(strategy, boss):
    document = start(strategy, boss)
    reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No")
    attach_workflow_to_object(document, attachment_of(document).workflow.cloned_from, user=boss)
    reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No again")
    assert ActionRun.objects.filter(run_number=2).count() == 2
    assert_each_event_has_its_run(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_decisions_through_the_package_s_own_door_name_their_causes_too(strategy, boss):
    document, colleague = start(strategy, boss), UserFactory()
    advance_flow(instance=seat(document, boss), action="delegated", user=boss, delegate_to=colleague)
    advance_flow(instance=seat(document, colleague), action="approved", user=colleague)
    advance_flow(instance=seat(document, boss), action="rejected", user=boss, comment="No")
    assert_each_event_has_its_run(document)
