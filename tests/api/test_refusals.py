"""What is refused: its own code, and nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import APPROVE, ATTACH, ATTACHMENT, FOR_TARGET, NODE, REJECT, START, WORKFLOW
from tests.api.inputs import attach_input
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory
from tests.snapshot import unchanged
from tests.testapp.models import Unlisted

FIRST = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE


def refused(api: Api, document: str, mutation: str, **fields: Any) -> tuple[str, list[str]]:
    """The one error of a mutation that changes nothing and returns nothing else."""
    with unchanged():
        answer = api.run(document, input=fields)[mutation]
    (error,) = answer.pop("errors")
    assert set(answer.values()) == {None}
    assert error["message"]
    return error["code"], error["path"]


def running_steps(office: Office, strategy: WorkflowStrategy = FIRST) -> dict[str, str]:
    """The open steps of a run on the office's document, by who is asked."""
    attachment = attach_workflow_to_object(office.document, office.template(strategy), office.owner)
    steps = attachment.approval_flow.instances.filter(status="current").select_related("assigned_to")
    return {step.assigned_to.username: global_id("ApprovalStep", step.pk) for step in steps}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_inactive_template_is_not_attached(office: Office, owner: Api, strategy: WorkflowStrategy) -> None:
    template = office.template(strategy, status=WorkflowStatus.INACTIVE)
    fields = attach_input(template, office.document)
    assert refused(owner, ATTACH, "attachWorkflow", **fields) == ("WORKFLOW_INACTIVE", ["workflowId"])


def test_an_incomplete_template_is_not_attached(office: Office, owner: Api) -> None:
    template = WorkFlow.objects.create(name_en="Empty", is_active=True)
    fields = attach_input(template, office.document)
    assert refused(owner, ATTACH, "attachWorkflow", **fields) == ("WORKFLOW_INCOMPLETE", ["workflowId"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_object_with_a_running_workflow_takes_no_second(
    office: Office, owner: Api, strategy: WorkflowStrategy
) -> None:
    running_steps(office, strategy)
    fields = attach_input(office.template(strategy), office.document)
    assert refused(owner, ATTACH, "attachWorkflow", **fields) == ("ALREADY_ATTACHED", ["target"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"workflowId": global_id("Workflow", 10**6)}, ("NOT_FOUND", ["workflowId"])),
        ({"workflowId": global_id("Stage", 1)}, ("NOT_FOUND", ["workflowId"])),
        ({"workflowId": ""}, ("NOT_FOUND", ["workflowId"])),
        ({"workflowId": global_id("Workflow", " 1")}, ("NOT_FOUND", ["workflowId"])),
        ({"workflowId": "rubbish"}, ("NOT_FOUND", ["workflowId"])),
        ({"workflowId": global_id("Workflow", "9" * 40)}, ("NOT_FOUND", ["workflowId"])),
        ({"target": {"model": "testapp.Document", "id": "999999"}}, ("NOT_FOUND", ["target", "id"])),
        ({"target": {"model": "testapp.Document", "id": " 1"}}, ("NOT_FOUND", ["target", "id"])),
        ({"target": {"model": "testapp.Document", "id": "no number"}}, ("NOT_FOUND", ["target", "id"])),
        ({"target": {"model": "testapp.UuidDocument", "id": "no uuid"}}, ("NOT_FOUND", ["target", "id"])),
        ({"target": {"model": "auth.User", "id": "1"}}, ("MODEL_NOT_ENABLED", ["target", "model"])),
        ({"target": {"model": "no.Model", "id": "1"}}, ("MODEL_NOT_ENABLED", ["target", "model"])),
        ({"target": {"model": "rubbish", "id": "1"}}, ("MODEL_NOT_ENABLED", ["target", "model"])),
        ({"metadata": [1, 2]}, ("INVALID", ["metadata"])),
    ],
)
def test_what_cannot_be_attached_is_named(
    office: Office, owner: Api, fields: dict[str, Any], expected: tuple[str, list[str]]
) -> None:
    base = attach_input(office.template(FIRST), office.document)
    assert refused(owner, ATTACH, "attachWorkflow", **base | fields) == expected


def test_a_model_that_is_not_listed_does_not_exist(office: Office, owner: Api) -> None:
    unlisted = Unlisted.objects.create(title="x")
    fields = attach_input(office.template(FIRST), unlisted)
    assert refused(owner, ATTACH, "attachWorkflow", **fields) == ("MODEL_NOT_ENABLED", ["target", "model"])


def test_only_who_may_act_on_the_object_attaches_or_starts(office: Office, owner: Api, member: Api) -> None:
    template = office.template(FIRST)
    fields = attach_input(template, office.document)
    assert refused(member, ATTACH, "attachWorkflow", **fields) == ("NOT_FOUND", ["target", "id"])
    waiting = owner.run(ATTACH, input=fields | {"autoStart": False})["attachWorkflow"]["attachment"]["id"]
    assert refused(member, START, "startWorkflow", attachmentId=waiting) == ("NOT_FOUND", ["attachmentId"])
    owner.run(START, input={"attachmentId": waiting})
    assert refused(owner, START, "startWorkflow", attachmentId=waiting) == ("NOT_IN_PROGRESS", ["attachmentId"])
    assert refused(member, ATTACH, "attachWorkflow", **fields) == ("FORBIDDEN", ["target"])
    assert refused(member, START, "startWorkflow", attachmentId=waiting) == ("FORBIDDEN", ["attachmentId"])


def test_a_position_that_nobody_could_decide_is_not_entered(office: Office, owner: Api, member: Api) -> None:
    steps = running_steps(office)
    office.role.user_set.remove(office.members[1])
    office.members[0].groups.clear()
    code, path = refused(member, APPROVE, "approveStep", stepId=steps["mona"])
    assert (code, path) == ("NOT_YOUR_STEP", ["stepId"])
    fields = attach_input(office.template(FIRST), DocumentFactory(created_by=office.owner))
    assert refused(owner, ATTACH, "attachWorkflow", **fields)[0] == "NO_APPROVER"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_step_of_somebody_else_is_refused(
    office: Office, owner: Api, stranger: Api, member: Api, strategy: WorkflowStrategy
) -> None:
    steps = running_steps(office, strategy)
    assert refused(stranger, APPROVE, "approveStep", stepId=steps["mona"]) == ("NOT_FOUND", ["stepId"])
    assert refused(owner, APPROVE, "approveStep", stepId=steps["mona"]) == ("NOT_YOUR_STEP", ["stepId"])
    assert refused(member, APPROVE, "approveStep", stepId=steps["milo"]) == ("NOT_YOUR_STEP", ["stepId"])
    assert refused(member, REJECT, "rejectStep", stepId=steps["milo"], reason="no") == ("NOT_YOUR_STEP", ["stepId"])
    assert refused(member, REJECT, "rejectStep", stepId=steps["mona"], reason=" ") == ("REQUIRED", ["reason"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_comes_too_late_is_told_who_won(office: Office, member: Api, strategy: WorkflowStrategy) -> None:
    steps = running_steps(office, strategy)
    other = Api(office.members[1])
    assert member.run(APPROVE, input={"stepId": steps["mona"]})["approveStep"]["errors"] == []
    for api, name in ((member, "mona"), (other, "milo")):
        for document, mutation, extra in ((APPROVE, "approveStep", {}), (REJECT, "rejectStep", {"reason": "late"})):
            with unchanged():
                answer = api.run(document, input={"stepId": steps[name]} | extra)[mutation]
            (error,) = answer["errors"]
            assert (error["code"], error["path"]) == ("STEP_ALREADY_DECIDED", ["stepId"])
            assert answer["outcome"] is None
            assert answer["step"]["id"] == steps[name]
            assert answer["step"]["actionUser"]["username"] == "mona"
            assert answer["attachment"]["status"] == ("COMPLETED" if strategy == 3 else "IN_PROGRESS")


@pytest.mark.parametrize("bad", ["", "rubbish", "####", global_id("Workflow", 1), global_id("ApprovalStep", "x")])
def test_unknown_step_ids_are_not_found(office: Office, member: Api, bad: str) -> None:
    assert refused(member, APPROVE, "approveStep", stepId=bad) == ("NOT_FOUND", ["stepId"])


@pytest.mark.parametrize(
    "bad",
    ["", "rubbish", global_id("Stage", 10**30), global_id("Workflow", "\x00"), global_id("Nothing", 1)],
)
def test_unknown_ids_give_null_through_every_reading_door(owner: Api, bad: str) -> None:
    assert owner.run(WORKFLOW, id=bad)["workflow"] is None
    assert owner.run(ATTACHMENT, id=bad)["attachment"] is None
    assert owner.run(NODE, id=bad)["node"] is None
    assert owner.run(FOR_TARGET, target={"model": "testapp.Document", "id": bad})["attachmentForTarget"] is None
    assert owner.run(FOR_TARGET, target={"model": bad, "id": "1"})["attachmentForTarget"] is None
