"""Reassigning over the API: whoever may mend a run gives an open seat to somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import STRATEGIES, UserFactory, by_user, template_for
from tests.runs import asked, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.parametrize("strategy", STRATEGIES)
REASSIGN = """
mutation Reassign($input: ReassignStepInput!) {
  reassignStep(input: $input) {
    outcome step { status assignedTo { username } actionUser { username } }
    attachment { currentSteps { assignedTo { username } } events { kind user { username } comment } }
    errors { code path message }
  }
}
"""


@pytest.fixture
def given(office: Office, strategy: WorkflowStrategy) -> dict[str, Any]:
    """Giving the seat of the first member to the stranger, on a template of the second one's company."""
    company = office.members[1]
    template = template_for(strategy, [[by_user(office.members[0])]], company_id=company.pk)
    attach_workflow_to_object(office.document, template, user=office.owner)
    step = seat(office.document, office.members[0])
    return {
        "stepId": global_id("ApprovalStep", step.pk),
        "userId": global_id("User", office.stranger.pk),
        "reason": "Left",
    }


def test_an_administrator_gives_a_seat_to_somebody_else(office: Office, given: dict[str, Any]) -> None:
    root = Api(UserFactory(username="root", is_staff=True, is_superuser=True))
    answer = root.run(REASSIGN, input=given)["reassignStep"]
    assert (answer["outcome"], answer["errors"]) == ("REASSIGNED", [])
    assert answer["step"] == {
        "status": "DELEGATED",
        "assignedTo": {"username": "mona"},
        "actionUser": {"username": "root"},
    }
    assert answer["attachment"]["currentSteps"] == [{"assignedTo": {"username": "stan"}}]
    assert answer["attachment"]["events"][-1] == {
        "kind": "REASSIGNED",
        "user": {"username": "root"},
        "comment": "Left",
    }


def test_the_template_s_company_gives_it_to_whom_it_may_look_up(office: Office, given: dict[str, Any]) -> None:
    company = Api(office.members[1])
    with unchanged():
        refused = company.run(REASSIGN, input=given)["reassignStep"]
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("NOT_FOUND", ["userId"])]
    own = given | {"userId": global_id("User", office.members[1].pk)}
    assert company.run(REASSIGN, input=own)["reassignStep"]["outcome"] == "REASSIGNED"
    assert asked(office.document) == [office.members[1]]


def test_nobody_else_does(office: Office, given: dict[str, Any]) -> None:
    for user, code in ((office.members[0], "FORBIDDEN"), (office.owner, "FORBIDDEN"), (office.stranger, "NOT_FOUND")):
        with unchanged():
            answer = Api(user).run(REASSIGN, input=given)["reassignStep"]
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, ["stepId"])]


def test_a_reason_is_needed(office: Office, given: dict[str, Any]) -> None:
    root = Api(UserFactory(is_staff=True, is_superuser=True))
    with unchanged():
        answer = root.run(REASSIGN, input=given | {"reason": "  "})["reassignStep"]
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [("REQUIRED", ["reason"])]
