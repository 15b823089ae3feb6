"""When steps are due, over the API: shown, filtered, and the inbox in that order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from tests.api.conftest import Office
from tests.client import Api
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.factories import STRATEGIES, DocumentFactory, by_role, by_user, template_for
from tests.runs import approve, attachment_of, seat

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLAT = WorkflowStrategy.WORKFLOW_ONLY
INBOX = """
query Inbox($filters: ApprovalStepFilter, $ordering: [ApprovalStepOrder!],
            $first: Int, $after: String, $last: Int, $before: String) {
  myApprovals(filters: $filters, ordering: $ordering, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { dueAt isOverdue attachment { target { display } } } }
  }
}
"""
RUNS = """
query Runs($filters: AttachmentFilter) {
  attachments(filters: $filters) { totalCount edges { node { target { display } steps { dueAt isOverdue status } } } }
}
"""


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with at(NOW):
        yield


def asked(user: User, title: str, after: str | None, *, strategy: Any = FLAT, owner: User | None = None) -> Model:
    """An object that waits for the user, due so long after now."""
    approval = by_user(user) if after is None else within(by_user(user), after)
    document: Model = DocumentFactory(title=title, created_by=owner)
    attach_workflow_to_object(document, template_for(strategy, [[approval]]), owner or user)
    return document


def titles(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["attachment"]["target"]["display"] for edge in page["edges"]]


def inbox(api: Api, **variables: Any) -> list[str]:
    return titles(api.run(INBOX, **variables)["myApprovals"])


def runs(api: Api, **filters: Any) -> list[str]:
    answer = api.run(RUNS, filters=filters)["attachments"]
    assert answer["totalCount"] == len(answer["edges"])
    return sorted(edge["node"]["target"]["display"] for edge in answer["edges"])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_step_says_when_it_is_due_and_whether_it_is_late(office: Office, strategy: Any) -> None:
    document = asked(office.owner, "Chairs", "PT2H", strategy=strategy)
    api = Api(office.owner)

    def shown() -> list[tuple[str | None, bool, str]]:
        (edge,) = api.run(RUNS)["attachments"]["edges"]
        return [(step["dueAt"], step["isOverdue"], step["status"]) for step in edge["node"]["steps"]]

    assert shown() == [("2026-03-06T17:00:00+00:00", False, "CURRENT")]
    with at(NOW + 3 * HOUR):
        assert shown() == [("2026-03-06T17:00:00+00:00", True, "CURRENT")]
        approve(document, office.owner)
        assert shown() == [("2026-03-06T17:00:00+00:00", False, "APPROVED")]


def test_a_step_without_a_deadline_is_never_late(office: Office) -> None:
    asked(office.owner, "Chairs", None)
    with at(NOW + 10_000 * HOUR):
        (edge,) = Api(office.owner).run(INBOX)["myApprovals"]["edges"]
    assert (edge["node"]["dueAt"], edge["node"]["isOverdue"]) == (None, False)


@pytest.fixture
def waiting(office: Office) -> list[str]:
    """What waits for the owner, oldest first: two due at one moment, two due at none."""
    said = {"A": "PT5H", "B": None, "C": "PT1H", "D": "PT3H", "E": None, "F": "PT3H", "G": "PT9H"}
    for title, after in said.items():
        asked(office.owner, title, after)
    return [*said]


ORDERS = [
    ([{"dueAt": "ASC"}], "CDFAGBE"),
    ([{"dueAt": "ASC_NULLS_LAST"}], "CDFAGBE"),
    ([{"dueAt": "ASC_NULLS_FIRST"}], "BECDFAG"),
    ([{"dueAt": "DESC"}], "BEGADFC"),
    ([{"dueAt": "DESC_NULLS_LAST"}], "GADFCBE"),
    ([{"dueAt": "ASC"}, {"createdAt": "DESC"}], "CFDAGEB"),
    ([{"createdAt": "DESC"}], "GFEDCBA"),
    ([{"createdAt": "ASC"}], "ABCDEFG"),
    ([], "ABCDEFG"),
    (None, "ABCDEFG"),
]


@pytest.fixture
def asked_in_turn(waiting: list[str]) -> None:
    for number, step in enumerate(Step.objects.order_by("pk")):
        Step.objects.filter(pk=step.pk).update(started_at=NOW + number * timedelta(seconds=1))


@pytest.mark.parametrize(("ordering", "wanted"), ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_the_inbox_meet_every_step_once_in_both_directions(
    office: Office, asked_in_turn: None, ordering: Any, wanted: str, size: int
) -> None:
    api = Api(office.owner)
    forward: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        cursor = page["pageInfo"]["endCursor"]
        page = api.run(INBOX, ordering=ordering, first=size, after=cursor)["myApprovals"]
        assert page["totalCount"] == 7
        forward += titles(page)
    backward: list[str] = []
    page = {"pageInfo": {"hasPreviousPage": True, "startCursor": None}}
    while page["pageInfo"]["hasPreviousPage"]:
        cursor = page["pageInfo"]["startCursor"]
        page = api.run(INBOX, ordering=ordering, last=size, before=cursor)["myApprovals"]
        backward = titles(page) + backward
    assert (forward, backward) == ([*wanted], [*wanted])


def test_a_cursor_belongs_to_its_order(office: Office, waiting: list[str]) -> None:
    api = Api(office.owner)
    orders: list[Any] = [None, [{"dueAt": "ASC"}], [{"dueAt": "DESC"}], [{"dueAt": "ASC_NULLS_FIRST"}]]
    for made_by in orders:
        cursor = api.run(INBOX, ordering=made_by, first=1)["myApprovals"]["pageInfo"]["endCursor"]
        for asked_with in orders:
            if asked_with != made_by:
                (error,) = api.errors(INBOX, ordering=asked_with, first=1, after=cursor)
                assert error["extensions"] == {"code": "BAD_USER_INPUT"}, (made_by, asked_with)


def test_the_inbox_is_filtered_by_time(office: Office, waiting: list[str]) -> None:
    api = Api(office.owner)
    assert inbox(api, filters={"isOverdue": True}) == []
    assert inbox(api, filters={"dueBefore": "2026-03-06T18:00:00Z"}) == ["C"]
    assert inbox(api, filters={"dueBefore": "2026-03-06T18:00:01Z"}) == ["C", "D", "F"]
    assert inbox(api, filters={"dueBefore": "2026-03-06T19:00:01+01:00"}) == ["C", "D", "F"]
    with at(NOW + 4 * HOUR):
        assert inbox(api, filters={"isOverdue": True}) == ["C", "D", "F"]
        assert inbox(api, filters={"isOverdue": False}) == ["A", "B", "E", "G"]
        assert inbox(api, filters={"isOverdue": None}) == waiting
        assert inbox(api, filters={"isOverdue": True}, ordering=[{"dueAt": "DESC"}]) == ["D", "F", "C"]


def test_a_decided_step_is_not_overdue(office: Office) -> None:
    document = asked(office.owner, "Chairs", "PT1H")
    with at(NOW + 2 * HOUR):
        approve(document, office.owner)
        decided = {"status": ["APPROVED"]}
        assert inbox(Api(office.owner), filters=decided | {"isOverdue": True}) == []
        assert inbox(Api(office.owner), filters=decided | {"isOverdue": False}) == ["Chairs"]


def test_runs_are_filtered_by_whether_somebody_is_late(office: Office) -> None:
    api = Api(office.owner)
    approvals = [within(by_user(office.owner), "PT1H"), by_role(office.role)]
    decided: Model = DocumentFactory(title="Decided")
    attach_workflow_to_object(decided, template_for(FLAT, [approvals]), office.owner)
    asked(office.owner, "Late", "PT1H")
    asked(office.owner, "In time", "PT9H")
    asked(office.owner, "Without", None)
    stopped = asked(office.owner, "Stopped", "PT1H")
    unstarted: Model = DocumentFactory(title="Not started")
    template = template_for(FLAT, [[within(by_user(office.owner), "PT1H")]])
    attach_workflow_to_object(unstarted, template, office.owner, auto_start=False)
    with at(NOW + 2 * HOUR):
        assert runs(api, isOverdue=True) == ["Decided", "Late", "Stopped"]
        approve(decided, office.owner)
        cancel_workflow(attachment_id=attachment_of(stopped).pk, actor=office.owner, reason="No more")
        assert runs(api, isOverdue=True) == ["Late"]
        assert runs(api, isOverdue=False) == ["Decided", "In time", "Not started", "Stopped", "Without"]
        assert runs(api, isOverdue=True, status=["COMPLETED"]) == []


def test_who_may_not_see_a_run_does_not_learn_that_it_is_late(office: Office, stranger: Api) -> None:
    document = asked(office.owner, "Chairs", "PT1H")
    assert seat(document, office.owner).due_date == NOW + HOUR
    with at(NOW + 2 * HOUR):
        assert runs(stranger, isOverdue=True) == inbox(stranger, filters={"isOverdue": True}) == []


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
def test_a_moment_beyond_the_calendar_is_bad_user_input(office: Office, moment: str) -> None:
    (error,) = Api(office.owner).errors(INBOX, filters={"dueBefore": moment})
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
