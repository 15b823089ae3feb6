"""What a cleanup deletes, what it leaves, and what it refuses."""

from __future__ import annotations

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from approval_workflow.utils import get_current_approval
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments, cleanup_one, retention
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAction, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.cleanup.runs import attached, ended, keys
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history
from tests.snapshot import snapshot, unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(3, [[by_user(boss)]])


def numbers(**values):
    """The result of a cleanup with these numbers, 0 where none is given."""
    names = ["attachments", "approval_flows", "steps", "events", "versions"]
    result = {f"{name}_deleted": values.pop(name, 0) for name in names}
    defaults = {"dry_run": False, "older_than_days": 30, "status": ["completed", "rejected"]}
    return result | defaults | values


def counts():
    models = (WorkflowAttachment, ApprovalFlow, ApprovalInstance, WorkflowEvent)
    return [model.objects.count() for model in models]


def test_a_run_that_ended_goes_with_its_history_its_approvals_and_its_version(template, boss):
    document = ended(template, boss, days=31)
    before = snapshot()
    assert counts() == [1, 1, 1, 4]
    found = cleanup_completed_workflow_attachments(older_than_days=30)
    assert found == numbers(attachments=1, approval_flows=1, steps=1, events=4, versions=1)
    assert counts() == [0, 0, 0, 0]
    assert list(WorkFlow.objects.all()) == [template]
    assert list(Document.objects.all()) == [document]
    kept = {"testapp_document", "django_workflow_engine_workflowaction"}
    assert {table: snapshot()[table] for table in kept} == {table: before[table] for table in kept}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_templates_of_every_strategy_stay_with_all_that_they_hold(strategy, boss):
    template = template_for(strategy, [[by_user(boss)]])
    action = WorkflowAction(
        workflow=template, action_type="after_reject", function_path="tests.testapp.workflow_actions.notify"
    )
    WorkflowAction.objects.bulk_create([action])
    with unchanged():
        ended(template, boss, days=31).delete()
        cleanup_completed_workflow_attachments()


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_what_is_old_enough_and_in_the_state_asked_for_goes(dry_run, template, boss):
    old, rejected, cancelled = (
        ended(template, boss, days=31, status=status) for status in ("completed", "rejected", "cancelled")
    )
    young = ended(template, boss, days=29)
    running, waiting = DocumentFactory(), DocumentFactory()
    attach_workflow_to_object(running, template)
    attach_workflow_to_object(waiting, template, auto_start=False)

    def cleaned(**arguments):
        return cleanup_completed_workflow_attachments(dry_run=dry_run, **arguments)["attachments_deleted"]

    everything = keys(old, rejected, cancelled, young, running, waiting)
    assert cleaned(status="rejected") == 1
    assert attached() == everything - (set() if dry_run else keys(rejected))
    assert cleaned() == (2 if dry_run else 1)
    assert attached() == everything - (set() if dry_run else keys(rejected, old))
    assert cleaned(status=["cancelled", "rejected"]) == (2 if dry_run else 1)
    assert cleaned(older_than_days=0) == (3 if dry_run else 1)
    assert attached() == (everything if dry_run else keys(running, waiting))
    assert asked(running) == [boss]


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_dry_run_gives_the_numbers_of_the_real_one_and_changes_nothing(batch, boss, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", batch)
    role = group_of(boss, UserFactory(), UserFactory())
    shared, own = template_for(1, [[by_role(role)]]), template_for(2, [[by_user(boss)]])
    for days in (31, 40, 5):
        ended(shared, boss, days=days)
    ended(own, boss, days=31, status="rejected")
    with unchanged():
        planned = cleanup_completed_workflow_attachments(dry_run=True)
    done = cleanup_completed_workflow_attachments()
    assert planned == done | {"dry_run": True}
    assert (done["attachments_deleted"], done["steps_deleted"], done["versions_deleted"]) == (3, 7, 1)
    assert cleanup_completed_workflow_attachments() == numbers()


def test_a_cleanup_that_is_broken_off_keeps_its_batches_and_goes_on_when_called_again(template, boss, monkeypatch):
    for _ in range(5):
        ended(template, boss, days=31)
    monkeypatch.setattr(retention, "BATCH", 2)
    delete, batches = retention.delete_attachments, []

    def break_off(batch, **arguments):
        batches.append(len(batch))
        if len(batches) == 2:
            raise KeyboardInterrupt
        return delete(batch, **arguments)

    monkeypatch.setattr(retention, "delete_attachments", break_off)
    with pytest.raises(KeyboardInterrupt):
        cleanup_completed_workflow_attachments()
    assert len(attached()) == 3
    found = cleanup_completed_workflow_attachments()
    assert (found["attachments_deleted"], found["versions_deleted"], batches) == (3, 1, [2, 2, 2, 1])


def test_a_batch_costs_the_same_number_of_statements_at_every_size(template, boss):
    costs = []
    for rows in (1, 20):
        for _ in range(rows):
            ended(template, boss, days=31)
        with CaptureQueriesContext(connection) as captured:
            assert cleanup_completed_workflow_attachments()["attachments_deleted"] == rows
        costs.append(len(captured))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("status", ["in_progress", "not_started", "ended", "", ["completed", "in_progress"], [None], 5])
def test_a_state_that_is_no_end_is_refused(template, boss, status):
    ended(template, boss, days=31)
    attach_workflow_to_object(DocumentFactory(), template)
    with unchanged(), pytest.raises(InvalidInput) as refused:
        cleanup_completed_workflow_attachments(status=status)
    assert (refused.value.code, refused.value.path) == (ErrorCode.INVALID, ("status",))


@pytest.mark.parametrize("days", [-1, True, "30", 1.5, None, 10**7, 10**12])
def test_an_age_that_is_no_number_of_days_is_refused(template, boss, days):
    ended(template, boss, days=31)
    with unchanged(), pytest.raises(InvalidInput) as refused:
        cleanup_completed_workflow_attachments(older_than_days=days)
    assert refused.value.path == ("older_than_days",)


def test_an_object_that_was_cleaned_takes_a_new_run_from_the_start(template, boss):
    document = ended(template, boss, days=31)
    cleanup_completed_workflow_attachments()
    attachment = attach_workflow_to_object(document, template)
    assert (attachment.run_number, attachment.first_step_number, asked(document)) == (1, 1, [boss])
    assert history(document) == ["attached", "started"]


def test_an_object_attached_again_is_running_and_stays_with_all_its_history(template, boss):
    document = ended(template, boss, days=31)
    attach_workflow_to_object(document, template)
    with unchanged():
        assert cleanup_completed_workflow_attachments(older_than_days=0) == numbers(older_than_days=0)


def test_a_version_goes_with_the_last_run_on_it_and_not_before(template, boss):
    ended(template, boss, days=31)
    young = ended(template, boss, days=5)
    assert cleanup_completed_workflow_attachments()["versions_deleted"] == 0
    assert attachment_of(young).workflow.cloned_from == template
    assert cleanup_completed_workflow_attachments(older_than_days=5)["versions_deleted"] == 1


def test_a_version_that_something_was_cloned_from_stays(template, boss):
    version = attachment_of(ended(template, boss, days=31)).workflow
    copy = WorkFlow.objects.create(name_en="Copy", cloned_from=version, strategy=3)
    assert cleanup_completed_workflow_attachments()["versions_deleted"] == 0
    copy.delete()
    assert cleanup_completed_workflow_attachments()["versions_deleted"] == 1


def test_a_run_on_the_template_itself_leaves_the_template(template, boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template, disable_clone=True)
    approve(document, boss)
    assert cleanup_completed_workflow_attachments(older_than_days=0)["versions_deleted"] == 0
    assert (attached(), list(WorkFlow.objects.all())) == (set(), [template])


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_flow_in_which_somebody_else_waits_for_an_approval_stays(dry_run, template, boss):
    document = ended(template, boss, days=31)
    flow = ApprovalFlow.objects.get()
    foreign = ApprovalInstance.objects.create(flow=flow, step_number=9, status="current", assigned_to=boss)
    found = cleanup_completed_workflow_attachments(dry_run=dry_run)
    assert (found["attachments_deleted"], found["approval_flows_deleted"], found["steps_deleted"]) == (1, 0, 0)
    assert asked(document) == [boss]
    assert ApprovalInstance.objects.filter(pk=foreign.pk).exists()


def test_the_flow_does_not_come_back_from_the_package_s_cache(template, boss, django_capture_on_commit_callbacks):
    document = ended(template, boss, days=31)
    assert ContentType.objects.get_for_model(document)
    get_current_approval(document)
    with django_capture_on_commit_callbacks(execute=True):
        cleanup_completed_workflow_attachments()
    attach_workflow_to_object(document, template)
    assert get_current_approval(document) == ApprovalInstance.objects.get()


def test_one_attachment_that_ended_is_cleaned_with_its_version(template, boss):
    document, other = ended(template, boss, days=0), ended(template, boss, days=0)
    assert cleanup_one(attachment_of(document).pk) is True
    assert attached() == keys(other)
    assert WorkFlow.objects.count() == 2
    assert cleanup_one(str(attachment_of(other).pk)) is True
    assert list(WorkFlow.objects.all()) == [template]
    assert counts() == [0, 0, 0, 0]


def test_one_attachment_that_runs_or_is_gone_is_left(template):
    attachment = attach_workflow_to_object(DocumentFactory(), template)
    with unchanged():
        assert [cleanup_one(key) for key in (attachment.pk, 10**9, "x", None)] == [False] * 4


def action_run(document, status):
    """An action of the document's last event in this state."""
    attachment = attachment_of(document)
    ActionRun.objects.create(
        attachment=attachment,
        event=attachment.events.last(),
        action_type="on_workflow_complete",
        function_path="tests.testapp.workflow_actions.notify",
        attachment_status=attachment.status,
        status=status,
    )


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_a_run_whose_actions_are_still_to_be_tried_stays(template, boss, status):
    document = ended(template, boss, days=31)
    action_run(document, status)
    with unchanged():
        assert cleanup_completed_workflow_attachments(dry_run=True) == numbers(dry_run=True)
        assert cleanup_completed_workflow_attachments() == numbers()
        assert cleanup_one(attachment_of(document).pk) is False


@pytest.mark.parametrize(("status", "alone"), [("succeeded", True), ("skipped", True), ("incident", False)])
def test_actions_that_are_over_go_with_their_run_and_incidents_when_it_is_old(template, boss, status, alone):
    documents = [ended(template, boss, days=31) for _ in range(2)]
    for document in documents:
        action_run(document, status)
    assert cleanup_one(attachment_of(documents[0]).pk) is alone
    cleanup_completed_workflow_attachments()
    assert (attached(), ActionRun.objects.count()) == (set(), 0)
