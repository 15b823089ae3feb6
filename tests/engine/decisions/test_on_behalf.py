"""On whose behalf somebody decided: of the first holder of the seat, however often it was passed on since."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User

from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    delegate_step,
    escalate_step,
    reject_step,
    request_resubmission,
)
from gql_workflows.ids import global_id
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import asked, attachment_of, seat
from tests.testapp.models import Document, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

DECISIONS: dict[str, Callable[..., Any]] = {
    "approved": approve_step,
    "rejected": lambda **given: reject_step(**given, reason="No"),
    "resubmission_requested": lambda **given: request_resubmission(**given, reason="Again"),
}


@pytest.fixture
def people(settings: Any) -> dict[str, User]:
    """A holder, two delegates after each other, and the manager of each."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    found = {name: UserFactory(username=name) for name in ("first", "middle", "last", "chief")}
    for name in ("first", "middle", "last"):
        Profile.objects.create(user=found[name], manager=found["chief"])
    return found


@pytest.fixture
def document(strategy: int, people: dict[str, User]) -> Document:
    made: Document = DocumentFactory()
    approvals = [by_role(group_of(people["first"], UserFactory(username="other")), "consensus")]
    attach_workflow_to_object(made, template_for(strategy, [approvals]), UserFactory())
    return made


def delegate(document: Document, people: dict[str, User], *names: str) -> None:
    """Pass the seat on along these people."""
    for giver, receiver in pairwise(names):
        step = seat(document, people[giver])
        delegate_step(step_id=step.pk, actor=people[giver], user_id=people[receiver].pk)


def escalate(document: Document, user: User) -> None:
    escalate_step(step_id=seat(document, user).pk, actor=user)


def told(document: Document, since: str = "delegated") -> list[tuple[str, str, str]]:
    """Who did what on whose behalf, from the first event of this kind on; seats that closed by themselves apart."""
    rows = list(WorkflowEvent.objects.filter(attachment=attachment_of(document)).order_by("pk"))
    begin = [row.kind for row in rows].index(since)
    acts = [row for row in rows[begin:] if row.kind in {"delegated", "escalated", *DECISIONS}]
    people = {str(user.pk): user.username for user in User.objects.all()} | {"": ""}
    assert [people[row.on_behalf_of_id] for row in acts] == [row.on_behalf_of_name for row in acts]
    return [(row.kind, row.actor_name, row.on_behalf_of_name) for row in acts]


@pytest.mark.parametrize("kind", DECISIONS)
def test_after_two_delegations_it_is_the_first_holder_s(kind: str, document: Document, people: dict[str, User]) -> None:
    delegate(document, people, "first", "middle", "last")
    DECISIONS[kind](step_id=seat(document, people["last"]).pk, actor=people["last"])
    assert told(document) == [
        ("delegated", "first", ""),
        ("delegated", "middle", "first"),
        (kind, "last", "first"),
    ]


@pytest.mark.parametrize("kind", DECISIONS)
def test_after_a_delegated_seat_went_up_it_is_the_first_holder_s(
    kind: str, document: Document, people: dict[str, User]
) -> None:
    delegate(document, people, "first", "middle")
    escalate(document, people["middle"])
    DECISIONS[kind](step_id=seat(document, people["chief"]).pk, actor=people["chief"])
    assert told(document) == [
        ("delegated", "first", ""),
        ("escalated", "middle", "first"),
        (kind, "chief", "first"),
    ]


def test_after_a_seat_that_went_up_was_delegated_it_is_the_first_holder_s(
    document: Document, people: dict[str, User]
) -> None:
    escalate(document, people["first"])
    delegate(document, people, "chief", "last")
    approve_step(step_id=seat(document, people["last"]).pk, actor=people["last"])
    assert told(document, since="escalated") == [
        ("escalated", "first", ""),
        ("delegated", "chief", "first"),
        ("approved", "last", "first"),
    ]


def test_after_two_delegations_by_the_package_s_own_door_too(strategy: int, people: dict[str, User]) -> None:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(people["first"])]]), UserFactory())
    advance_flow(document, "delegated", people["first"], delegate_to=people["middle"])
    advance_flow(document, "delegated", people["middle"], delegate_to=people["last"])
    advance_flow(document, "approved", people["last"])
    assert asked(document) == []
    assert told(document) == [
        ("delegated", "first", ""),
        ("delegated", "middle", "first"),
        ("approved", "last", "first"),
    ]


EVENTS = "query One($id: ID!) { attachment(id: $id) { events { kind user { username } onBehalfOf { username } } } }"


def test_clients_read_the_first_holder(document: Document, people: dict[str, User]) -> None:
    delegate(document, people, "first", "middle", "last")
    approve_step(step_id=seat(document, people["last"]).pk, actor=people["last"])
    given = global_id("WorkflowAttachment", attachment_of(document).pk)
    (event,) = [
        event
        for event in Api(people["last"]).run(EVENTS, id=given)["attachment"]["events"]
        if event["kind"] == "APPROVED"
    ]
    assert event == {"kind": "APPROVED", "user": {"username": "last"}, "onBehalfOf": {"username": "first"}}
