"""The same idempotency key and input of one user give the same answer and no second effect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.models import WorkFlow, WorkflowEvent
from gql_workflows import tasks
from gql_workflows.idempotency import forget_expired
from gql_workflows.ids import global_id
from gql_workflows.models import IdempotentRequest
from tests.api.conftest import Office
from tests.api.inputs import attach_input
from tests.client import Api
from tests.factories import UserFactory
from tests.runs import seat
from tests.snapshot import unchanged

APPROVE = """
mutation Approve($input: ApproveStepInput!, $key: String) {
  approveStep(input: $input, idempotencyKey: $key) {
    outcome step { id status } attachment { id status currentStage { nameEn } } errors { code path }
  }
}
"""
APPROVE_ALL = """
mutation ApproveAll($input: ApproveStepsInput!, $key: String) {
  approveSteps(input: $input, idempotencyKey: $key) { results { outcome errors { code path } } errors { code path } }
}
"""
REJECT = """
mutation Reject($input: RejectStepInput!, $key: String) {
  rejectStep(input: $input, idempotencyKey: $key) { outcome errors { code path } }
}
"""
ATTACH = """
mutation Attach($input: AttachWorkflowInput!, $key: String) {
  attachWorkflow(input: $input, idempotencyKey: $key) { attachment { id runNumber } errors { code path } }
}
"""
DELETE = """
mutation Delete($id: ID!, $key: String) {
  deleteWorkflow(id: $id, idempotencyKey: $key) { deletedId errors { code path } }
}
"""
CREATE = """
mutation Create($input: CreateWorkflowInput!, $key: String) {
  createWorkflow(input: $input, idempotencyKey: $key) { workflow { id nameEn } errors { code path } }
}
"""


@pytest.fixture
def attached(office: Office, owner: Api) -> Office:
    answer = owner.run(ATTACH, input=attach_input(office.template(1), office.document))
    assert answer["attachWorkflow"]["errors"] == []
    return office


def approval(office: Office, number: int = 0, **fields: Any) -> dict[str, Any]:
    return {"stepId": global_id("ApprovalStep", seat(office.document, office.members[number]).pk), **fields}


def test_the_second_request_gets_the_first_answer_and_changes_nothing(attached: Office, member: Api) -> None:
    given = approval(attached)
    first = member.run(APPROVE, input=given, key="a")["approveStep"]
    assert (first["outcome"], first["errors"]) == ("STAGE_ADVANCED", [])
    with unchanged():
        assert member.run(APPROVE, input=given, key="a")["approveStep"] == first
    assert IdempotentRequest.objects.count() == 1


def test_without_a_key_the_second_request_is_told_who_was_first(attached: Office, member: Api) -> None:
    given = approval(attached)
    member.run(APPROVE, input=given)
    assert member.run(APPROVE, input=given)["approveStep"]["errors"][0]["code"] == "STEP_ALREADY_DECIDED"
    assert IdempotentRequest.objects.count() == 0


@pytest.mark.parametrize("changed", [{"comment": "Fine"}, {"comment": None}, {"formData": {}}])
def test_the_key_with_another_input_is_a_conflict(attached: Office, member: Api, changed: dict[str, Any]) -> None:
    given = approval(attached)
    member.run(APPROVE, input=given, key="a")
    with unchanged():
        answer = member.run(APPROVE, input={**given, **changed}, key="a")["approveStep"]
    assert answer == {
        "outcome": None,
        "step": None,
        "attachment": None,
        "errors": [{"code": "CONFLICT", "path": ["idempotencyKey"]}],
    }


def test_a_refusal_leaves_no_row_and_its_key_may_be_sent_again(office: Office, owner: Api) -> None:
    given = attach_input(office.template(1, status=WorkflowStatus.INACTIVE), office.document)
    with unchanged():
        first = owner.run(ATTACH, input=given, key="a")["attachWorkflow"]
        assert owner.run(ATTACH, input=given, key="a")["attachWorkflow"] == first
    assert [error["code"] for error in first["errors"]] == ["WORKFLOW_INACTIVE"]
    WorkFlow.objects.update(is_active=True, status="active")
    second = owner.run(ATTACH, input=given, key="a")["attachWorkflow"]
    assert second["errors"] == []
    with unchanged():
        assert owner.run(ATTACH, input=given, key="a")["attachWorkflow"] == second


def test_the_key_of_a_refusal_may_be_sent_with_another_input(attached: Office, member: Api) -> None:
    given = approval(attached)
    refused = member.run(REJECT, input={**given, "reason": ""}, key="a")["rejectStep"]
    assert refused["errors"] != []
    assert IdempotentRequest.objects.count() == 0
    assert member.run(REJECT, input={**given, "reason": "No"}, key="a")["rejectStep"]["errors"] == []


def test_of_several_decisions_one_that_counts_keeps_the_key(attached: Office, member: Api) -> None:
    step = approval(attached)["stepId"]
    nothing = global_id("ApprovalStep", 987_654)
    with unchanged():
        refused = member.run(APPROVE_ALL, input={"stepIds": [nothing]}, key="a")["approveSteps"]
    assert [result["errors"][0]["code"] for result in refused["results"]] == ["NOT_FOUND"]
    given = {"stepIds": [step, nothing]}
    first = member.run(APPROVE_ALL, input=given, key="a")["approveSteps"]
    assert [result["outcome"] for result in first["results"]] == ["STAGE_ADVANCED", None]
    with unchanged():
        assert member.run(APPROVE_ALL, input=given, key="a")["approveSteps"] == first


def test_keys_are_each_user_s_and_each_mutation_s_own(attached: Office, member: Api) -> None:
    assert member.run(APPROVE, input=approval(attached), key="a")["approveStep"]["errors"] == []
    other = Api(attached.members[1])
    assert other.run(APPROVE, input=approval(attached, 1), key="a")["approveStep"]["errors"] == []
    rejection = approval(attached, reason="No")
    assert member.run(REJECT, input=rejection, key="a")["rejectStep"]["errors"] == []
    assert sorted(IdempotentRequest.objects.values_list("mutation", flat=True)) == [
        "approveStep",
        "approveStep",
        "rejectStep",
    ]


def test_a_created_template_is_created_once(office: Office) -> None:
    company = UserFactory(username="acme")
    author, given = Api(company), {"nameEn": "Leave", "companyId": global_id("User", company.pk)}
    first = author.run(CREATE, input=given, key="a")["createWorkflow"]
    assert author.run(CREATE, input=given, key="a")["createWorkflow"] == first
    assert WorkFlow.objects.filter(name_en="Leave").count() == 1


def test_a_deletion_answers_twice(office: Office) -> None:
    company = UserFactory(username="acme")
    workflow = office.template(3, company_id=company.pk)
    author, given = Api(company), global_id("Workflow", workflow.pk)
    for _ in range(2):
        answer = author.run(DELETE, id=given, key="a")["deleteWorkflow"]
        assert answer == {"deletedId": given, "errors": []}
    assert not WorkFlow.objects.filter(pk=workflow.pk).exists()


def test_what_may_not_be_seen_any_more_is_not_shown_again(attached: Office) -> None:
    """An answer is read anew, with the rights of now."""
    given = approval(attached)
    mona = Api(attached.members[0])
    assert mona.run(APPROVE, input=given, key="a")["approveStep"]["attachment"] is not None
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["demo.PurchaseRequest"]}):
        answer = mona.run(APPROVE, input=given, key="a")["approveStep"]
    assert (answer["outcome"], answer["step"], answer["attachment"]) == ("STAGE_ADVANCED", None, None)


@pytest.mark.parametrize("key", ["", "k" * 256, "a\x00b"])
def test_a_key_that_is_none_is_refused(attached: Office, member: Api, key: str) -> None:
    with unchanged():
        answer = member.run(APPROVE, input=approval(attached), key=key)["approveStep"]
    assert answer["errors"] == [{"code": "INVALID", "path": ["idempotencyKey"]}]


def test_an_old_key_is_as_good_as_new(attached: Office, member: Api) -> None:
    given = approval(attached)
    member.run(APPROVE, input=given, key="a")
    age(hours=25)
    answer = member.run(APPROVE, input=given, key="a")["approveStep"]
    assert [error["code"] for error in answer["errors"]] == ["STEP_ALREADY_DECIDED"]
    assert WorkflowEvent.objects.filter(kind="approved").count() == 1


@override_settings(GQL_WORKFLOWS={"IDEMPOTENCY_KEY_HOURS": 48})
def test_how_old_is_a_setting(attached: Office, member: Api) -> None:
    given = approval(attached)
    first = member.run(APPROVE, input=given, key="a")["approveStep"]
    age(hours=25)
    assert member.run(APPROVE, input=given, key="a")["approveStep"] == first


def test_old_keys_are_forgotten_by_command(attached: Office, member: Api, capsys: pytest.CaptureFixture[str]) -> None:
    member.run(APPROVE, input=approval(attached), key="old")
    age(hours=25)
    member.run(REJECT, input=approval(attached, reason="No"), key="new")
    call_command("forget_idempotency_keys")
    assert capsys.readouterr().out == "1 forgotten\n"
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["new"]


def test_old_keys_are_forgotten_in_batches(attached: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gql_workflows.idempotency.keys._BATCH", 3)
    user = attached.members[0]
    for number in range(8):
        IdempotentRequest.objects.create(user=user, mutation="approveStep", key=str(number), fingerprint="x")
    age(hours=25)
    assert (forget_expired(), forget_expired(), IdempotentRequest.objects.count()) == (8, 0, 0)


def test_the_beat_s_tasks_do_what_the_commands_do(attached: Office, member: Api) -> None:
    member.run(APPROVE, input=approval(attached), key="old")
    age(hours=25)
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    tasks.forget_idempotency_keys()
    tasks.clear_sessions()
    assert (IdempotentRequest.objects.count(), Session.objects.filter(pk="old").count()) == (0, 0)
    assert sorted(entry["task"] for entry in tasks.beat_schedule().values()) == [
        "gql_workflows.clear_sessions",
        "gql_workflows.forget_idempotency_keys",
    ]


def age(*, hours: int) -> None:
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=hours))
