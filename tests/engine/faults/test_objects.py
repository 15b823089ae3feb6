"""Objects in every shape: two runs for one, gone while running, keys that are no numbers."""

from __future__ import annotations

import pytest
from approval_workflow.services import advance_flow
from django.test import override_settings

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.errors import AlreadyAttached, NotInProgress
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    escalate_step,
    get_workflow_attachment,
    get_workflow_progress,
    reject_step,
    request_resubmission,
    start_workflow,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, asked, attachment_of, open_steps, place, progress, seat
from tests.snapshot import unchanged
from tests.testapp.models import Desk, UuidDocument

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture
def boss():
    return UserFactory()


def template(strategy, boss):
    """Two approvals by the boss: at two positions, or both at the one of strategy 3."""
    return template_for(strategy, [[by_user(boss)] * 2] if strategy == 3 else [[by_user(boss)], [by_user(boss)]])


@pytest.mark.parametrize("started", [True, False])
@pytest.mark.parametrize("same", [True, False])
def test_an_object_has_one_run_at_a_time(strategy, started, same, boss):
    document, workflow = DocumentFactory(), template(strategy, boss)
    attachment = attach_workflow_to_object(document, workflow, auto_start=started)
    asked_for = workflow if same else template_for(3, [[by_user(boss)]])
    with unchanged(), pytest.raises(AlreadyAttached) as refused:
        attach_workflow_to_object(document, asked_for)
    assert (refused.value.code, refused.value.path) == (ErrorCode.ALREADY_ATTACHED, ("target",))
    assert refused.value.attachment == attachment
    assert WorkflowAttachment.objects.for_object(document).count() == 1


DECISIONS = {
    "approve": lambda step, boss, other: approve_step(step_id=step.pk, actor=boss),
    "reject": lambda step, boss, other: reject_step(step_id=step.pk, actor=boss, reason="No"),
    "send back": lambda step, boss, other: request_resubmission(step_id=step.pk, actor=boss, reason="Again"),
    "delegate": lambda step, boss, other: delegate_step(step_id=step.pk, actor=boss, user_id=other.pk),
    "escalate": lambda step, boss, other: escalate_step(step_id=step.pk, actor=boss),
    "the package's door": lambda step, boss, other: advance_flow(instance=step, action="approved", user=boss),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_run_whose_object_is_gone_takes_no_decision_but_a_cancellation(strategy, name, boss):
    document, other = DocumentFactory(), UserFactory()
    attachment = attach_workflow_to_object(document, template(strategy, boss), user=boss)
    (step,) = open_steps(document)
    document.delete()
    with unchanged(), pytest.raises(NotInProgress) as refused:
        DECISIONS[name](step, boss, other)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NOT_IN_PROGRESS, ("step_id",))
    cancelled = cancel_workflow(attachment_id=attachment.pk, actor=boss, reason="It is gone")
    assert cancelled.status == "cancelled"


def test_a_run_whose_object_went_before_the_start_is_not_started(strategy, boss):
    document = DocumentFactory()
    attachment = attach_workflow_to_object(document, template(strategy, boss), user=boss, auto_start=False)
    document.delete()
    with unchanged(), pytest.raises(NotInProgress) as refused:
        start_workflow(attachment_id=attachment.pk, actor=boss)
    assert (refused.value.code, refused.value.path) == (ErrorCode.NOT_IN_PROGRESS, ("attachment_id",))
    assert cancel_workflow(attachment_id=attachment.pk, actor=boss, reason="It is gone").status == "cancelled"


def uuid_object():
    return UuidDocument.objects.create(title="Plan")


def text_object():
    return Desk.objects.create(code="مكتب 7/ä?%_'\"")


@override_settings(DJANGO_WORKFLOW_ENGINE={})
@pytest.mark.parametrize("make", [uuid_object, text_object])
def test_an_object_whose_key_is_no_number_runs_from_its_attach_to_its_cleanup(strategy, make, boss):
    obj, other = make(), make() if make is uuid_object else Desk.objects.create(code="7")
    workflow, colleague = template(strategy, boss), UserFactory()
    attach_workflow_to_object(obj, workflow, user=boss)
    assert (attachment_of(obj).object_id, attachment_of(obj).target) == (str(obj.pk), obj)
    assert (asked(obj), get_workflow_attachment(other)) == ([boss], None)
    before = place(obj)
    delegate_step(step_id=seat(obj, boss).pk, actor=boss, user_id=colleague.pk)
    approve(obj, colleague)
    assert (asked(obj), place(obj) == before) == ([boss], strategy == 3)
    request_resubmission(step_id=seat(obj, boss).pk, actor=boss, reason="Once more")
    while asked(obj):
        approve(obj, boss)
    assert progress(obj)[0] == 100
    assert get_workflow_progress(workflow, obj)["status"] == "completed"
    attach_workflow_to_object(obj, workflow, user=boss)
    assert attachment_of(obj).run_number == 2
    cancel_workflow(attachment_id=attachment_of(obj).pk, actor=boss, reason="Enough")
    cleanup_completed_workflow_attachments(older_than_days=0, status=["cancelled"])
    assert get_workflow_attachment(obj) is None
