"""Attach, start, approve, reject over HTTP, the same suite for the three strategies."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from tests.api.conftest import Office
from tests.api.documents import APPROVE, ATTACH, ATTACHMENT, FOR_TARGET, INBOX, REJECT, START
from tests.api.inputs import attach_input, target_of
from tests.client import Api
from tests.factories import STRATEGIES

OUTCOMES = {
    1: ["STAGE_ADVANCED", "PIPELINE_ADVANCED", "WORKFLOW_COMPLETED"],
    2: ["PIPELINE_ADVANCED", "PIPELINE_ADVANCED", "WORKFLOW_COMPLETED"],
    3: ["WORKFLOW_COMPLETED"],
}
PLACES = {
    1: [("Stage 1", "Pipeline 1", "Stage 2"), ("Stage 2", "Pipeline 1", "Stage 3"), ("Stage 3", "Pipeline 2", None)],
    2: [
        ("Pipeline 1", "Pipeline 1", "Pipeline 2"),
        ("Pipeline 2", "Pipeline 2", "Pipeline 3"),
        ("Pipeline 3", "Pipeline 3", None),
    ],
    3: [("Purchase approval (Copy)", None, None)],
}


def attach(api: Api, office: Office, strategy: WorkflowStrategy, **fields: Any) -> dict[str, Any]:
    answer = api.run(ATTACH, input=attach_input(office.template(strategy), office.document, **fields))
    assert answer["attachWorkflow"]["errors"] == []
    return answer["attachWorkflow"]["attachment"]


def my_step(api: Api) -> str:
    (edge,) = api.run(INBOX)["myApprovals"]["edges"]
    assert edge["node"]["viewerCanAct"] is True
    return edge["node"]["id"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_workflow_runs_from_attaching_to_completion(
    office: Office, owner: Api, member: Api, strategy: WorkflowStrategy
) -> None:
    state = attach(owner, office, strategy, metadata={"priority": "high"})
    total = len(PLACES[strategy])
    assert state["metadata"] == {"priority": "high"}
    target = {"model": "testapp.Document", "key": str(office.document.pk), "display": "Chairs"}
    assert target.items() <= state["target"].items()
    assert state["workflow"]["isHidden"] is True
    assert state["workflow"]["clonedFrom"]["nameEn"] == "Purchase approval"
    for index, (outcome, place) in enumerate(zip(OUTCOMES[strategy], PLACES[strategy], strict=True)):
        progress = state["progress"]
        assert (progress["currentStage"], progress["currentPipeline"], progress["nextStage"]) == place
        assert (progress["position"], progress["total"]) == (index + 1, total)
        assert progress["percentage"] == 100 * index // total
        assert {step["assignedTo"]["username"] for step in state["currentSteps"]} == {"mona", "milo"}
        assert state["viewerCanAct"] is (index > 0)
        answer = member.run(APPROVE, input={"stepId": my_step(member), "comment": "ok"})["approveStep"]
        assert (answer["errors"], answer["outcome"]) == ([], outcome)
        assert (answer["step"]["status"], answer["step"]["actionUser"]["username"]) == ("APPROVED", "mona")
        assert answer["step"]["attachment"]["status"] == answer["attachment"]["status"]
        state = answer["attachment"]
    assert (state["status"], state["currentSteps"], state["viewerCanAct"]) == ("COMPLETED", [], False)
    assert (state["progress"]["percentage"], state["progress"]["position"]) == (100, total)
    assert state["progress"]["nextStage"] is None
    assert state["completedAt"] == state["progress"]["completedAt"] is not None
    assert owner.run(FOR_TARGET, target=target_of(office.document))["attachmentForTarget"]["id"] == state["id"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_rejection_ends_the_run_and_keeps_its_progress(
    office: Office, owner: Api, member: Api, strategy: WorkflowStrategy
) -> None:
    before = attach(owner, office, strategy)
    answer = member.run(REJECT, input={"stepId": my_step(member), "reason": "Too expensive"})["rejectStep"]
    assert (answer["errors"], answer["outcome"]) == ([], "WORKFLOW_REJECTED")
    assert (answer["step"]["status"], answer["step"]["comment"]) == ("REJECTED", "Too expensive")
    after = answer["attachment"]
    assert (after["status"], after["currentSteps"]) == ("REJECTED", [])
    assert after["progress"]["percentage"] == before["progress"]["percentage"]
    assert after["progress"]["position"] == 1
    assert member.run(INBOX)["myApprovals"]["totalCount"] == 0
    closed = member.run(INBOX, filters={"status": ["REJECTED", "CANCELLED"]})["myApprovals"]
    assert [edge["node"]["status"] for edge in closed["edges"]] == ["REJECTED"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_attachment_may_wait_for_its_start(
    office: Office, owner: Api, member: Api, strategy: WorkflowStrategy
) -> None:
    state = attach(owner, office, strategy, autoStart=False)
    assert (state["status"], state["currentSteps"], state["startedAt"]) == ("NOT_STARTED", [], None)
    assert (state["progress"]["position"], state["progress"]["percentage"]) == (0, 0)
    assert state["progress"]["nextStage"] == PLACES[strategy][0][0]
    answer = owner.run(START, input={"attachmentId": state["id"]})["startWorkflow"]
    assert answer["errors"] == []
    assert answer["attachment"]["status"] == "IN_PROGRESS"
    assert len(answer["attachment"]["currentSteps"]) == 2


def test_history_and_steps_are_told_whole_and_by_page(office: Office, owner: Api, member: Api) -> None:
    state = attach(owner, office, WorkflowStrategy.WORKFLOW_PIPELINE_STAGE)
    member.run(APPROVE, input={"stepId": my_step(member)})
    found = owner.run(ATTACHMENT, id=state["id"])["attachment"]
    told = [
        (event["kind"], event["user"]["username"], event["fromStage"], event["toStage"]) for event in found["events"]
    ]
    assert told == [
        ("ATTACHED", "olga", None, None),
        ("STARTED", "olga", None, "Stage 1"),
        ("APPROVED", "mona", "Stage 1", None),
        ("SEAT_CLOSED", "mona", "Stage 1", None),
        ("STAGE_MOVED", "mona", "Stage 1", "Stage 2"),
    ]
    assert [(step["stepNumber"], step["status"]) for step in found["steps"]] == [
        (1, "APPROVED"),
        (1, "CANCELLED"),
        (2, "CURRENT"),
        (2, "CURRENT"),
    ]
    assert [step["actionUser"] and step["actionUser"]["username"] for step in found["steps"]] == [
        "mona",
        "mona",
        None,
        None,
    ]
    assert found["stepsPage"]["totalCount"] == 4
    assert [edge["node"]["id"] for edge in found["stepsPage"]["edges"]] == [step["id"] for step in found["steps"][:2]]
    assert found["eventsPage"]["totalCount"] == 5
    assert found["eventsPage"]["pageInfo"]["hasNextPage"] is True
    rest = owner.run(
        "query($id: ID!, $after: String) { attachment(id: $id) { eventsPage(first: 3, after: $after) "
        "{ totalCount pageInfo { hasNextPage hasPreviousPage } edges { node { kind } } } } }",
        id=state["id"],
        after=found["eventsPage"]["pageInfo"]["endCursor"],
    )["attachment"]["eventsPage"]
    assert [edge["node"]["kind"] for edge in rest["edges"]] == ["SEAT_CLOSED", "STAGE_MOVED"]
    assert rest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    assert rest["totalCount"] == 5
