"""Deciding through the form: the acting user's own current step is meant."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from rest_framework.exceptions import PermissionDenied, ValidationError

from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.models import WorkflowAction
from django_workflow_engine.serializers import WorkflowApprovalSerializer
from django_workflow_engine.services import attach_workflow_to_object, create_workflow
from gql_workflows.demo.models import DynamicForm
from tests.engine.serializers.forms import codes, context_of, errors, saved
from tests.engine.templates.trees import NO_ROW
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import asked, attachment_of, history, steps_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory()


def running(strategy, *approvals):
    document = DocumentFactory()
    positions = [list(approvals)] if strategy == 3 else [list(approvals)] * 2
    attach_workflow_to_object(document, template_for(strategy, positions))
    return document


def form(document, user, **data):
    return WorkflowApprovalSerializer(instance=document, data=data, context=context_of(user))


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("action", ["APPROVED", "approved", "Approved"])
def test_an_approval_moves_the_run_on_in_every_strategy(strategy, action, boss):
    document = running(strategy, by_user(boss))
    for _ in range(1 if strategy == 3 else 2):
        assert saved(form(document, boss, action=action, comment="Fine")) is document
    assert attachment_of(document).status == "completed"
    assert {step.comment for step in steps_of(document)} == {"Fine"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rejection_ends_the_run_in_every_strategy(strategy, boss):
    document = running(strategy, by_user(boss))
    saved(form(document, boss, action="REJECTED", reason="Too dear"))
    assert (attachment_of(document).status, steps_of(document)[0].comment) == ("rejected", "Too dear")


def test_the_user_s_own_seat_is_meant_and_not_the_first_one():
    users = UserFactory.create_batch(3)
    document = running(3, by_role(group_of(*users), "consensus"))
    saved(form(document, users[1], action="approved"))
    assert sorted(user.pk for user in asked(document)) == [users[0].pk, users[2].pk]


@pytest.mark.parametrize("action", ["NEEDS_RESUBMISSION", "needs_resubmission", "resubmission"])
def test_a_resubmission_asks_again(action, boss):
    document = running(2, by_user(boss))
    saved(form(document, boss, action=action, reason="More, please"))
    assert "resubmission_requested" in history(document)
    assert asked(document) == [boss]


def test_an_approval_of_several_is_claimed_and_released(boss):
    other = UserFactory()
    document = running(3, by_role(group_of(boss, other)))
    saved(form(document, boss, action="CLAIMED"))
    refused = form(document, other, action="approved")
    assert refused.is_valid()
    with unchanged(), pytest.raises(ValidationError) as told:
        refused.save()
    assert told.value.get_codes() == {"non_field_errors": ["STEP_CLAIMED"]}
    saved(form(document, boss, action="released"))
    saved(form(document, other, action="approved"))
    assert history(document)[2:] == ["claimed", "released", "approved", "seat_closed", "completed"]


def test_an_escalation_goes_to_the_manager(boss):
    document, manager = running(3, by_user(boss)), UserFactory()
    boss_of = "django_workflow_engine.services.delegation.managers.manager_of"
    with patch(boss_of, return_value=manager):
        saved(form(document, boss, action="ESCALATED"))
    assert asked(document) == [manager]


def test_a_form_that_the_step_requires_is_checked_before_saving(boss):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    with override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm"):
        required = DynamicForm.objects.create(name="F", form_schema=schema)
        document = running(3, by_user(boss) | {"required_form": required.pk})
        assert errors(form(document, boss, action="approved")) == {"form_data": ["FORM_DATA_REQUIRED"]}
        assert errors(form(document, boss, action="approved", form_data=[1])) == {"form_data": ["INVALID"]}
        wrong = form(document, boss, action="approved", form_data={"n": "x"})
        assert errors(wrong) == {"form_data": {"n": ["FORM_DATA_INVALID"]}}
        saved(form(document, boss, action="approved", form_data={"n": 1}))
    assert steps_of(document)[0].form_data == {"n": 1}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"action": ["required"]}),
        ({"action": "burn"}, {"action": ["INVALID"]}),
        ({"action": "current"}, {"action": ["INVALID"]}),
        ({"action": "rejected"}, {"reason": ["REQUIRED"]}),
        ({"action": "rejected", "reason": "  "}, {"reason": ["REQUIRED"]}),
        ({"action": "rejected", "reason": None}, {"reason": ["REQUIRED"]}),
        ({"action": "resubmission"}, {"reason": ["REQUIRED"]}),
        ({"action": "delegated"}, {"user_id": ["REQUIRED"]}),
        ({"action": "delegated", "user_id": [1]}, {"user_id": ["invalid"]}),
    ],
)
def test_what_a_decision_lacks_is_told_before_saving(data, expected, boss):
    assert errors(form(running(3, by_user(boss)), boss, **data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"action": "delegated", "user_id": NO_ROW}, {"user_id": ["NOT_FOUND"]}),
        ({"action": "resubmission", "reason": "x", "stage_id": NO_ROW}, {"stage_id": ["NOT_FOUND"]}),
        ({"action": "escalated"}, {"non_field_errors": ["NO_APPROVER"]}),
    ],
)
def test_what_only_the_verb_can_tell_is_told_when_saving(data, expected, boss):
    decision = form(running(1, by_user(boss)), boss, **data)
    assert decision.is_valid()
    with unchanged(), pytest.raises(ValidationError) as refused:
        decision.save()
    assert codes(refused.value.detail) == expected


def test_an_object_without_a_run_that_waits_is_refused(boss):
    assert errors(form(DocumentFactory(), boss, action="approved")) == {"non_field_errors": ["NOT_FOUND"]}
    document = running(3, by_user(boss))
    saved(form(document, boss, action="approved"))
    assert errors(form(document, boss, action="approved")) == {"non_field_errors": ["NOT_IN_PROGRESS"]}


@pytest.mark.parametrize("user", [UserFactory, AnonymousUser], ids=["somebody else", "nobody"])
def test_whoever_has_no_step_is_denied(user, boss):
    document, stranger = running(3, by_user(boss)), user()
    with unchanged(), pytest.raises(PermissionDenied) as denied:
        form(document, stranger, action="approved").is_valid()
    assert denied.value.get_codes() == ("FORBIDDEN" if stranger.is_anonymous else "NOT_YOUR_STEP")


@pytest.mark.parametrize("loses", ["the role", "the account"])
def test_whoever_may_not_decide_on_the_seat_any_more_is_shown_none_and_denied(loses, boss):
    role = group_of(boss, UserFactory())
    document = running(3, by_role(role) if loses == "the role" else by_user(boss))
    (own,) = [step.pk for step in steps_of(document) if step.assigned_to == boss]
    assert WorkflowApprovalSerializer(instance=document, context=context_of(boss)).data == {"step_id": own}
    if loses == "the role":
        role.user_set.remove(boss)
    else:
        boss.is_active = False
        boss.save()
    assert WorkflowApprovalSerializer(instance=document, context=context_of(boss)).data == {"step_id": None}
    for data in ({}, {"step_id": own}):
        with unchanged(), pytest.raises(PermissionDenied) as denied:
            form(document, boss, action="approved", **data).is_valid()
        assert denied.value.get_codes() == "NOT_YOUR_STEP"


def test_a_missing_model_permission_is_denied_when_saving(boss):
    document = running(3, by_user(boss))
    with override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}):
        decision = form(document, boss, action="approved")
        assert decision.is_valid()
        with unchanged(), pytest.raises(PermissionDenied):
            decision.save()


def test_a_step_that_was_decided_between_checking_and_saving_is_refused(boss):
    users = UserFactory.create_batch(2)
    document = running(3, by_role(group_of(*users)))
    first, second = (form(document, user, action="approved") for user in users)
    assert first.is_valid()
    assert second.is_valid()
    first.save()
    with unchanged(), pytest.raises(ValidationError) as refused:
        second.save()
    assert codes(refused.value.detail) == {"non_field_errors": ["STEP_ALREADY_DECIDED"]}


def test_saving_before_checking_raises_as_the_framework_does(boss):
    decision = form(running(3, by_user(boss)), boss, action="approved")
    with unchanged(), pytest.raises(AssertionError, match="is_valid"):
        decision.save()


def test_the_reference_s_mail_test_runs_with_its_handler_patched(boss, django_capture_on_commit_callbacks):
    spec = WorkflowSpec(name_en="W", strategy=3, approvals=[by_user(boss)])
    workflow, document = create_workflow(spec=spec), DocumentFactory()
    path = "django_workflow_engine.action_handlers.send_approval_notification"
    WorkflowAction.objects.create(workflow=workflow, action_type="after_approve", function_path=path)
    with patch(path) as mock_handler, django_capture_on_commit_callbacks(execute=True):
        mock_handler.return_value = True
        attach_workflow_to_object(document, workflow)
        saved(form(document, boss, action="approved"))
    assert mock_handler.called


@pytest.mark.parametrize("strategy", [1, 2])
def test_a_form_that_names_its_step_decides_once_however_often_it_is_posted(strategy, boss):
    document = running(strategy, by_user(boss))
    shown = WorkflowApprovalSerializer(instance=document, context=context_of(boss)).data
    assert shown == {"step_id": steps_of(document)[0].pk}
    saved(form(document, boss, action="APPROVED", **shown))
    assert errors(form(document, boss, action="APPROVED", **shown)) == {"step_id": ["STEP_ALREADY_DECIDED"]}
    following = WorkflowApprovalSerializer(instance=document, context=context_of(boss)).data
    assert following != shown
    saved(form(document, boss, action="APPROVED", step_id=str(following["step_id"])))
    assert attachment_of(document).status == "completed"
    assert WorkflowApprovalSerializer(instance=document, context=context_of(boss)).data == {"step_id": None}


def test_a_form_that_was_validated_decides_on_that_step_alone(boss):
    document = running(2, by_user(boss))
    first, second = form(document, boss, action="APPROVED"), form(document, boss, action="APPROVED")
    assert [first.is_valid(), second.is_valid()] == [True, True]
    first.save()
    for again in (first, second):
        with unchanged(), pytest.raises(ValidationError) as refused:
            again.save()
        assert "STEP_ALREADY_DECIDED" in str(codes(refused.value.detail))


def test_a_step_that_is_not_the_user_s_is_refused(boss):
    document, other = running(2, by_user(boss)), running(2, by_user(boss))
    for step_id in (NO_ROW, steps_of(other)[0].pk, "x"):
        assert errors(form(document, boss, action="APPROVED", step_id=step_id)) == {"step_id": ["NOT_FOUND"]}
    stranger = form(document, UserFactory(), action="APPROVED", step_id=steps_of(document)[0].pk)
    with unchanged(), pytest.raises(PermissionDenied):
        stranger.is_valid()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_changes_are_asked_for_and_sent_again_in_every_strategy(strategy, boss):
    owner = UserFactory()
    document = running(strategy, by_user(boss))
    document.created_by = owner
    document.save()
    saved(form(document, boss, action="CHANGES_REQUESTED", reason="Add two offers"))
    assert (attachment_of(document).status, asked(document)) == ("changes_requested", [owner])
    assert WorkflowApprovalSerializer(document, context=context_of(owner)).data["step_id"] == steps_of(document)[-1].pk
    with unchanged():
        assert errors(form(document, owner, action="APPROVED")) == {"non_field_errors": ["NOT_IN_PROGRESS"]}
        with pytest.raises(PermissionDenied):
            form(document, boss, action="RESUBMITTED").is_valid()
    saved(form(document, owner, action="RESUBMITTED", comment="Here they are"))
    assert (attachment_of(document).status, asked(document)) == ("in_progress", [boss])
    assert history(document, "comment")[-2:] == [
        ("changes_requested", "Add two offers"),
        ("resubmitted", "Here they are"),
    ]


def test_a_reason_is_needed_to_ask_for_changes(boss):
    document = running(1, by_user(boss))
    with unchanged():
        assert errors(form(document, boss, action="CHANGES_REQUESTED")) == {"reason": ["REQUIRED"]}


def test_a_run_that_is_deleted_before_it_is_sent_again_is_not_found(boss):
    document = running(1, by_user(boss))
    document.created_by = boss
    document.save()
    saved(form(document, boss, action="CHANGES_REQUESTED", reason="More"))
    again = form(document, boss, action="RESUBMITTED")
    assert again.is_valid()
    attachment_of(document).approval_flow.delete()
    with pytest.raises(ValidationError) as refused:
        again.save()
    assert "NOT_FOUND" in str(refused.value.get_codes())
