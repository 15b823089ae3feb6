"""Asking for changes and sending a run again over the API, and what a rejection and several approvals at once do."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import by_user, template_input
from tests.client import Api
from tests.factories import STRATEGIES, UserFactory
from tests.runs import approve, asked, attachment_of, seat
from tests.snapshot import unchanged

S1, S2, S3 = STRATEGIES
ASK = """
mutation ($input: RequestChangesInput!) {
  requestChanges(input: $input) {
    outcome
    step { status }
    attachment { status currentSteps { assignedTo { username } } }
    errors { code path }
  }
}
"""
RESUBMIT = """
mutation ($input: ResubmitInput!) {
  resubmit(input: $input) {
    attachment {
      status
      metadata
      viewerCanResubmit
      currentSteps { assignedTo { username } }
      events { kind comment user { username } }
    }
    errors { code path }
  }
}
"""
INBOX = """
{
  myApprovals {
    totalCount
    edges { node { viewerCanAct viewerCannotActReason attachment { id status viewerCanResubmit viewerCanCancel } } }
  }
}
"""
SEEN = "query ($id: ID!) { attachment(id: $id) { status viewerCanResubmit progress { percentage } } }"
CREATE = """
mutation ($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) {
    workflow {
      approvalMode requiredApprovals onReject afterChanges
      pipelines { approvalMode requiredApprovals onReject stages { approvalMode requiredApprovals onReject } }
    }
    errors { code path }
  }
}
"""


def run_id(office: Office) -> str:
    return global_id("WorkflowAttachment", attachment_of(office.document).pk)


def step_id(office: Office, number: int = 0) -> str:
    return global_id("ApprovalStep", seat(office.document, office.members[number]).pk)


def started(office: Office, strategy: Any, **fields: Any) -> WorkflowAttachment:
    attach_workflow_to_object(office.document, office.template(strategy, **fields), user=office.owner)
    return attachment_of(office.document)


def names(attachment: dict[str, Any]) -> list[str]:
    return sorted(step["assignedTo"]["username"] for step in attachment["currentSteps"])


def asked_for_changes(office: Office, member: Api, strategy: Any, **fields: Any) -> None:
    started(office, strategy, **fields)
    answer = member.run(ASK, input={"stepId": step_id(office), "reason": "Add two offers"})["requestChanges"]
    assert (answer["outcome"], answer["errors"]) == ("CHANGES_REQUESTED", [])
    assert answer["attachment"]["status"] == "CHANGES_REQUESTED"
    assert names(answer["attachment"]) == ["olga"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_requester_finds_the_run_in_the_inbox_and_sends_it_again(
    office: Office, member: Api, owner: Api, strategy: WorkflowStrategy
) -> None:
    asked_for_changes(office, member, strategy)
    inbox = owner.run(INBOX)["myApprovals"]
    (edge,) = inbox["edges"]
    assert inbox["totalCount"] == 1
    assert edge["node"]["attachment"] == {
        "id": run_id(office),
        "status": "CHANGES_REQUESTED",
        "viewerCanResubmit": True,
        "viewerCanCancel": True,
    }
    assert member.run(INBOX)["myApprovals"]["totalCount"] == 0

    given = {"attachmentId": run_id(office), "comment": "Here they are", "metadata": {"offers": 2}}
    answer = owner.run(RESUBMIT, input=given)["resubmit"]
    assert answer["errors"] == []
    attachment = answer["attachment"]
    assert (attachment["status"], attachment["metadata"]) == ("IN_PROGRESS", {"offers": 2})
    assert (names(attachment), attachment["viewerCanResubmit"]) == (["milo", "mona"], False)
    told = [event for event in attachment["events"] if event["kind"] in ("CHANGES_REQUESTED", "RESUBMITTED")]
    assert told == [
        {"kind": "CHANGES_REQUESTED", "comment": "Add two offers", "user": {"username": "mona"}},
        {"kind": "RESUBMITTED", "comment": "Here they are", "user": {"username": "olga"}},
    ]
    assert owner.run(INBOX)["myApprovals"]["totalCount"] == 0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_only_the_requester_and_administrators_send_again(
    office: Office, member: Api, stranger: Api, strategy: WorkflowStrategy
) -> None:
    asked_for_changes(office, member, strategy)
    given, root = {"attachmentId": run_id(office)}, UserFactory(is_staff=True, is_superuser=True)
    assert member.run(SEEN, id=run_id(office))["attachment"]["viewerCanResubmit"] is False
    assert Api(root).run(SEEN, id=run_id(office))["attachment"]["viewerCanResubmit"] is True
    with unchanged():
        for caller, code in ((member, "FORBIDDEN"), (stranger, "NOT_FOUND")):
            answer = caller.run(RESUBMIT, input=given)["resubmit"]
            assert answer == {"attachment": None, "errors": [{"code": code, "path": ["attachmentId"]}]}
    answer = Api(root).run(RESUBMIT, input=given)["resubmit"]
    assert (answer["errors"], answer["attachment"]["status"]) == ([], "IN_PROGRESS")


def test_a_run_that_waits_for_nobody_s_changes_is_not_sent_again(office: Office, owner: Api) -> None:
    root = Api(UserFactory(is_staff=True, is_superuser=True))
    started(office, 1)
    with unchanged():
        answer = root.run(RESUBMIT, input={"attachmentId": run_id(office)})["resubmit"]
    assert answer["errors"] == [{"code": "NOT_IN_PROGRESS", "path": ["attachmentId"]}]


def test_changes_are_asked_for_with_a_reason_by_who_decides(office: Office, member: Api, owner: Api) -> None:
    started(office, 1)
    with unchanged():
        for caller, reason, code, path in (
            (member, " ", "REQUIRED", "reason"),
            (owner, "Why?", "NOT_YOUR_STEP", "stepId"),
        ):
            answer = caller.run(ASK, input={"stepId": step_id(office), "reason": reason})["requestChanges"]
            assert answer["errors"] == [{"code": code, "path": [path]}]


def test_the_requester_s_seat_is_no_approval(office: Office, member: Api, owner: Api) -> None:
    asked_for_changes(office, member, 1)
    (edge,) = owner.run(INBOX)["myApprovals"]["edges"]
    assert (edge["node"]["viewerCanAct"], edge["node"]["viewerCannotActReason"]) == (False, "NOT_IN_PROGRESS")
    approving = "mutation ($input: ApproveStepInput!) { approveStep(input: $input) { errors { code path } } }"
    own = global_id("ApprovalStep", seat(office.document, office.owner).pk)
    with unchanged():
        answer = owner.run(approving, input={"stepId": own})["approveStep"]
    assert answer["errors"] == [{"code": "NOT_IN_PROGRESS", "path": ["stepId"]}]


REJECT = """
mutation ($input: RejectStepInput!) {
  rejectStep(input: $input) { outcome attachment { status currentStage { nameEn } } errors { code path } }
}
"""


@pytest.fixture
def author(office: Office) -> Api:
    office.owner.user_permissions.add(Permission.objects.get(codename="add_workflow"))
    return Api(office.owner)


def made(author: Api, given: dict[str, Any], office: Office) -> dict[str, Any]:
    """The template as it is read back, attached to the document."""
    answer = author.run(CREATE, input=given)["createWorkflow"]
    assert answer["errors"] == []
    attach_workflow_to_object(office.document, WorkFlow.objects.templates().get(), user=office.owner)
    workflow: dict[str, Any] = answer["workflow"]
    return workflow


@pytest.mark.parametrize(
    ("rule", "outcome", "status", "stage"),
    [
        ("END", "WORKFLOW_REJECTED", "REJECTED", "Stage 2"),
        ("REQUESTER", "CHANGES_REQUESTED", "CHANGES_REQUESTED", "Stage 2"),
        ("PREVIOUS", "RETURNED", "IN_PROGRESS", "Stage 1"),
    ],
)
def test_a_rejection_does_what_its_stage_says(
    office: Office, author: Api, member: Api, rule: str, outcome: str, status: str, stage: str
) -> None:
    mona, milo = office.members
    given = template_input(S1, [[by_user(milo)], [by_user(mona)]])
    given["pipelines"][0]["stages"][1]["onReject"] = rule
    workflow = made(author, given, office)
    assert [stage["onReject"] for stage in workflow["pipelines"][0]["stages"]] == ["END", rule]
    approve(office.document, milo)
    answer = member.run(REJECT, input={"stepId": step_id(office), "reason": "No"})["rejectStep"]
    assert answer == {
        "outcome": outcome,
        "attachment": {"status": status, "currentStage": {"nameEn": stage}},
        "errors": [],
    }
    assert asked(office.document) == {"END": [], "REQUESTER": [office.owner], "PREVIOUS": [milo]}[rule]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_several_approvals_are_asked_at_once(
    office: Office, author: Api, member: Api, strategy: WorkflowStrategy
) -> None:
    rules = {"approvalMode": "PARALLEL", "requiredApprovals": 1}
    given = template_input(strategy, [[by_user(user) for user in (*office.members, office.stranger)]])
    holder = given if strategy == S3 else given["pipelines"][0]
    holder = holder["stages"][0] if strategy == S1 else holder
    holder.update(rules)
    workflow = made(author, given, office)
    read = workflow if strategy == S3 else workflow["pipelines"][0]
    read = read["stages"][0] if strategy == S1 else read
    assert {name: read[name] for name in rules} == rules
    assert asked(office.document) == [*office.members, office.stranger]
    approving = "mutation ($input: ApproveStepInput!) { approveStep(input: $input) { outcome errors { code } } }"
    answer = member.run(approving, input={"stepId": step_id(office)})["approveStep"]
    assert answer == {"outcome": "WORKFLOW_COMPLETED", "errors": []}
    assert asked(office.document) == []


@pytest.mark.parametrize(
    ("rules", "code", "name"),
    [
        ({"requiredApprovals": 1}, "INVALID", "requiredApprovals"),
        ({"approvalMode": "PARALLEL", "requiredApprovals": 0}, "INVALID", "requiredApprovals"),
        ({"approvalMode": "PARALLEL", "requiredApprovals": 3}, "INVALID", "requiredApprovals"),
    ],
)
def test_how_many_complete_a_position_is_between_one_and_all(
    office: Office, author: Api, rules: dict[str, Any], code: str, name: str
) -> None:
    given = template_input(S1, [[by_user(user) for user in office.members]])
    given["pipelines"][0]["stages"][0].update(rules)
    with unchanged():
        answer = author.run(CREATE, input=given)["createWorkflow"]
    assert answer["errors"] == [{"code": code, "path": ["pipelines", "0", "stages", "0", name]}]
