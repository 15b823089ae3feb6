"""The same over GraphQL, with the ids that the API itself gives."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client

from django_workflow_engine import people
from django_workflow_engine.choices import WorkflowStrategy
from tests.api.documents import APPROVE, ATTACH, ATTACHMENT, CREATE, INBOX, LOGIN, NODE, REJECT
from tests.api.inputs import target_of, template_input
from tests.client import URL, Api
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of, world

PICK = "query ($search: String) { %s(filters: { search: $search }) { edges { node { id } } } }"
ERRORS = "{ attachment { status currentSteps { id assignedTo { username } } } errors { code message path } }"
VERB = "mutation ($input: %s!) { %s(input: $input) " + ERRORS + " }"
DELEGATE = VERB % ("DelegateStepInput", "delegateStep")
ESCALATE = VERB % ("EscalateStepInput", "escalateStep")
RESUBMIT = VERB % ("RequestResubmissionInput", "requestResubmission")
CANCEL = VERB % ("CancelWorkflowInput", "cancelWorkflow")


class Session(Api):
    """One user's session."""

    def ask(self, document: str, **variables: Any) -> Any:
        """The one root field's answer, which holds no refusal."""
        (answer,) = self.run(document, **variables).values()
        if isinstance(answer, dict):
            assert answer.get("errors", []) == []
        return answer

    def pick(self, kind: str, search: str) -> str:
        """The id of the one row that a picker finds."""
        (edge,) = self.ask(PICK % kind, search=search)["edges"]
        return str(edge["node"]["id"])

    def waiting(self) -> list[str]:
        """The ids of the steps that wait for this user."""
        return [edge["node"]["id"] for edge in self.ask(INBOX)["edges"]]


def approvals(administrator: Session) -> list[dict[str, Any]]:
    """An approval by the boss, and one by a role, as pickers name them."""
    person = administrator.pick("users", "boss")
    role = administrator.pick("roles", "buyers")
    form = administrator.pick("forms", "Amount")
    by_role = {"approvalType": "ROLE", "userRole": role, "roleSelectionStrategy": "ANYONE"}
    return [
        {"approvalType": "USER", "approvalUser": person, "stepApprovalType": "SUBMIT", "requiredForm": form},
        by_role,
    ]


def attach(session: Session, template: dict[str, Any], request: Any) -> dict[str, Any]:
    """The run of a request, started by this user."""
    sent = {"workflowId": template["id"], "target": target_of(request)}
    return session.ask(ATTACH, input=sent)["attachment"]


@pytest.mark.parametrize("strategy", list(WorkflowStrategy))
def test_a_template_is_made_and_a_run_of_it_is_decided(office: Office, strategy: WorkflowStrategy) -> None:
    administrator, boss, member = Session(office.administrator), Session(office.boss), Session(office.members[0])
    asked = approvals(administrator)
    template = administrator.ask(CREATE, input=template_input(strategy, [asked] if strategy == 3 else [asked] * 2))
    request = request_of(office.requester)
    run = attach(Session(office.requester), template["workflow"], request)
    assert (run["status"], run["target"]["display"]) == ("IN_PROGRESS", "A lamp")
    for _position in range(1 if strategy == 3 else 2):
        (step,) = boss.waiting()
        boss.ask(APPROVE, input={"stepId": step, "formData": {"amount": 1}})
        (step,) = member.waiting()
        answer = member.ask(APPROVE, input={"stepId": step})
    assert answer["attachment"]["status"] == "COMPLETED"
    seen = Session(office.requester).ask(ATTACHMENT, id=run["id"])
    assert [event["kind"] for event in seen["events"]].count("APPROVED") == (2 if strategy == 3 else 4)


def test_a_run_is_passed_on_sent_back_rejected_and_cancelled(office: Office) -> None:
    administrator, boss, deputy = Session(office.administrator), Session(office.boss), Session(office.deputy)
    requester = Session(office.requester)
    by_deputy = {"approvalType": "USER", "approvalUser": administrator.pick("users", "deputy")}
    template = administrator.ask(CREATE, input=template_input(WorkflowStrategy(1), [[by_deputy]] * 2))["workflow"]
    run = attach(requester, template, request_of(office.requester))
    to_requester = {"userId": administrator.pick("users", "requester"), "reason": "Away"}
    deputy.ask(DELEGATE, input={"stepId": deputy.waiting()[0], **to_requester})
    requester.ask(ESCALATE, input={"stepId": requester.waiting()[0], "reason": "Too dear"})
    boss.ask(APPROVE, input={"stepId": boss.waiting()[0]})
    first = administrator.ask(ATTACHMENT, id=run["id"])["workflow"]["id"]
    assert first
    deputy.ask(RESUBMIT, input={"stepId": deputy.waiting()[0], "reason": "Again"})
    rejected = deputy.ask(REJECT, input={"stepId": deputy.waiting()[0], "reason": "No"})
    assert rejected["attachment"]["status"] == "REJECTED"
    again = attach(requester, template, request_of(office.requester, "A table"))
    ended = requester.ask(CANCEL, input={"attachmentId": again["id"], "reason": "Changed my mind"})
    assert ended["attachment"]["status"] == "CANCELLED"


def test_ids_lead_back_to_their_rows(office: Office) -> None:
    administrator = Session(office.administrator)
    for kind, search in (("users", "boss"), ("roles", "buyers"), ("forms", "Amount"), ("departments", "Purchasing")):
        found = administrator.pick(kind, search)
        assert administrator.ask(NODE, id=found)["id"] == found


@pytest.mark.skipif(world().has_login, reason="the API of this world has a log-in")
def test_there_is_no_log_in_by_the_api(office: Office) -> None:
    for document in (LOGIN, "mutation { logout }"):
        (error,) = Api().errors(document, username="boss", password="secret")
        assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.skipif(not world().has_login, reason="the API of this world has no log-in")
def test_people_sign_in(office: Office) -> None:
    name = people.username(office.boss)
    viewer = Api().run(LOGIN, username=name, password="secret")["login"]["viewer"]
    assert viewer["user"]["username"] == name
    assert viewer["user"]["displayName"]
    assert get_user_model().objects.get(pk=office.boss.pk).last_login is not None


@pytest.mark.parametrize("handler", [Client, AsyncClient])
def test_both_kinds_of_server_answer(db: None, handler: Any) -> None:
    sent = handler().post(URL, {"query": "{ __typename }"}, content_type="application/json")
    response = async_to_sync(_awaited)(sent) if handler is AsyncClient else sent
    assert response.json() == {"data": {"__typename": "Query"}}


async def _awaited(sent: Any) -> Any:
    return await sent
