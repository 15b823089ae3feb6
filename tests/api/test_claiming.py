"""Claiming over the API: one takes an approval for a while, and the others see who, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import STRATEGIES, by_role, template_for
from tests.runs import seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.parametrize("strategy", STRATEGIES)
FIELDS = "claimedBy { username } claimedUntil viewerCanAct viewerCannotActReason"
PAYLOAD = f"outcome step {{ {FIELDS} }} errors {{ code path message }}"
CLAIM, RELEASE, APPROVE = (
    f"mutation M($input: {kind}StepInput!) {{ {kind.lower()}Step(input: $input) {{ {PAYLOAD} }} }}"
    for kind in ("Claim", "Release", "Approve")
)
INBOX = f"{{ myApprovals {{ totalCount edges {{ node {{ {FIELDS} }} }} }} }}"


@pytest.fixture
def steps(office: Office, strategy: WorkflowStrategy) -> list[dict[str, Any]]:
    """The inputs with the members' seats of one approval."""
    attach_workflow_to_object(office.document, office.template(strategy), user=office.owner)
    return [{"stepId": global_id("ApprovalStep", seat(office.document, user).pk)} for user in office.members]


def test_the_others_see_who_has_it_and_until_when(office: Office, steps: list[dict[str, Any]]) -> None:
    mona, milo = map(Api, office.members)
    answer = mona.run(CLAIM, input=steps[0])["claimStep"]
    assert (answer["outcome"], answer["errors"], answer["step"]["viewerCanAct"]) == ("CLAIMED", [], True)
    inbox = milo.run(INBOX)["myApprovals"]
    (edge,) = inbox["edges"]
    until = parse_datetime(edge["node"].pop("claimedUntil"))
    assert until is not None
    assert timedelta(minutes=59) < until - timezone.now() <= timedelta(hours=1)
    told = {"claimedBy": {"username": "mona"}, "viewerCanAct": False, "viewerCannotActReason": "STEP_CLAIMED"}
    assert (inbox["totalCount"], edge["node"]) == (1, told)


def test_a_refusal_shows_the_step_as_it_is(office: Office, steps: list[dict[str, Any]]) -> None:
    mona, milo = map(Api, office.members)
    mona.run(CLAIM, input=steps[0])
    for verb in (APPROVE, CLAIM):
        with unchanged():
            (answer,) = milo.run(verb, input=steps[1]).values()
        message = "mona has claimed this. It is free again once it is released, or after a while."
        assert answer["errors"] == [{"code": "STEP_CLAIMED", "path": ["stepId"], "message": message}]
        assert answer["outcome"] is None


def test_a_released_step_is_anyone_s(office: Office, steps: list[dict[str, Any]]) -> None:
    mona, milo = map(Api, office.members)
    mona.run(CLAIM, input=steps[0])
    answer = mona.run(RELEASE, input=steps[0])["releaseStep"]
    free = {"claimedBy": None, "claimedUntil": None, "viewerCanAct": True, "viewerCannotActReason": None}
    assert (answer["outcome"], answer["errors"], answer["step"]) == ("RELEASED", [], free)
    approved = milo.run(APPROVE, input=steps[1])["approveStep"]
    assert approved["errors"] == []


def test_what_cannot_be_claimed_is_told_at_its_place(office: Office, strategy: WorkflowStrategy) -> None:
    template = template_for(strategy, [[by_role(office.role, "consensus")]])
    attach_workflow_to_object(office.document, template, user=office.owner)
    given = {"stepId": global_id("ApprovalStep", seat(office.document, office.members[0]).pk)}
    with unchanged():
        answer = Api(office.members[0]).run(CLAIM, input=given)["claimStep"]
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [("INVALID", ["stepId"])]
