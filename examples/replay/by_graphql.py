"""The replay through the API: each person has a session, and sends the documents that a client of theirs would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib.auth.models import User
from django.test import Client

from examples.replay.description import Asked
from examples.replay.doors import Refused, Seat, State
from examples.replay.history import Act
from examples.replay.models import Request
from examples.replay.trails import Line, acts_of

ADDRESS: Final = "/graphql"
RUN: Final = "attachment { id status currentSteps { id assignedTo { username } assignedRole { name } } }"
ROLES: Final = "{ roles(first: 100) { edges { node { id name } } } }"
CREATE: Final = """
mutation ($input: CreateWorkflowInput!) { createWorkflow(input: $input) { workflow { id } errors { code message } } }
"""
RULE: Final = """
mutation ($input: CreateStartRuleInput!) { createStartRule(input: $input) { startRule { id } errors { code message } } }
"""
TRAIL: Final = """
query ($id: ID!, $after: String) {
  attachment(id: $id) {
    requester { username }
    eventsPage(first: 100, after: $after) {
      edges { node { kind comment user { username } step { assignedRole { name } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def _verb(name: str) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {RUN} errors {{ code message }} }} }}"


VERBS: Final = {
    name: _verb(name) for name in ("attachWorkflow", "approveStep", "rejectStep", "resubmit", "cancelWorkflow")
}


class GraphQL:
    """A door."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}
        self._rules = 0

    def publish(self, name: str, stages: Sequence[Asked], *, by: User) -> None:
        """The template, and its rule."""
        edges = self._ask(ROLES, by)["roles"]["edges"]
        roles = {edge["node"]["name"]: edge["node"]["id"] for edge in edges}
        made = self._change("createWorkflow", CREATE, by, _template(name, stages, roles))["workflow"]
        self._rules += 1
        condition = {"compare": {"field": "process", "operator": "EQUAL", "value": name}}
        rule = {"model": "replay.Request", "workflowId": made["id"], "condition": condition, "weight": self._rules}
        self._change("createStartRule", RULE, by, rule)

    def submit(self, request: Request, *, by: User) -> State:
        """Attach what the rules say."""
        return self._act("attachWorkflow", by, target={"model": "replay.Request", "id": str(request.pk)})

    def submit_again(self, state: State, *, by: User) -> State:
        """Resubmit."""
        return self._act("resubmit", by, attachmentId=state.id)

    def approve(self, seat: Seat, *, by: User) -> State:
        """Approve."""
        return self._act("approveStep", by, stepId=seat.id)

    def reject(self, seat: Seat, *, by: User) -> State:
        """Reject."""
        return self._act("rejectStep", by, stepId=seat.id, reason="As in the log")

    def cancel(self, state: State, *, by: User, reason: str) -> State:
        """Cancel."""
        return self._act("cancelWorkflow", by, attachmentId=state.id, reason=reason)

    def trail(self, state: State, *, by: User) -> list[Act]:
        """The events of all runs, page by page."""
        lines: list[Line] = []
        after = None
        while True:
            attachment = self._ask(TRAIL, by, id=state.id, after=after)["attachment"]
            page = attachment["eventsPage"]
            lines += [_line(edge["node"], attachment["requester"]) for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return acts_of(lines)
            after = page["pageInfo"]["endCursor"]

    def _act(self, name: str, by: User, **given: Any) -> State:
        found = self._change(name, VERBS[name], by, given)["attachment"]
        seats = [
            Seat(id=step["id"], role=_role(step), username=step["assignedTo"]["username"])
            for step in found["currentSteps"]
        ]
        return State(id=found["id"], status=found["status"], seats=seats)

    def _change(self, name: str, document: str, by: User, given: Mapping[str, Any]) -> dict[str, Any]:
        payload: dict[str, Any] = self._ask(document, by, input=given)[name]
        if payload["errors"]:
            raise Refused("; ".join(f"{error['code']}: {error['message']}" for error in payload["errors"]))
        return payload

    def _ask(self, document: str, by: User, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": document, "variables": variables})
        answer = self._client_of(by).post(ADDRESS, body, content_type="application/json").json()
        if answer.get("errors"):
            raise Refused("; ".join(error["message"] for error in answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    def _client_of(self, user: User) -> Client:
        if user.username not in self._clients:
            self._clients[user.username] = Client()
            self._clients[user.username].force_login(user)
        return self._clients[user.username]


def _line(event: Mapping[str, Any], requester: Mapping[str, Any]) -> Line:
    return Line(
        kind=event["kind"],
        role="" if event["step"] is None else _role(event["step"]),
        by_requester=event["user"] == requester,
        comment=event["comment"],
    )


def _role(step: Mapping[str, Any]) -> str:
    role: str = step["assignedRole"]["name"] if step["assignedRole"] else ""
    return role


def _template(name: str, stages: Sequence[Asked], roles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "nameEn": name,
        "afterChanges": "START",
        "pipelines": [{"nameEn": "Approval", "stages": [_stage(asked, roles[asked.role]) for asked in stages]}],
    }


def _stage(asked: Asked, role: str) -> dict[str, Any]:
    return {
        "nameEn": asked.role,
        "condition": {"compare": {"field": asked.field, "operator": "EQUAL", "value": True}},
        "onReject": "REQUESTER",
        "approvals": [{"approvalType": "ROLE", "userRole": role, "roleSelectionStrategy": "ANYONE"}],
    }
