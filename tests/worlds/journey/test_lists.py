"""Lists, a row to a page, forward and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from django_workflow_engine.services import attach_workflow_to_object
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import model, request_of, world
from tests.worlds.journey.test_api import Session
from tests.worlds.journey.test_running import by, template

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String) {
  %s(first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id } }
  }
}
"""


@pytest.fixture
def full(office: Office) -> Office:
    """Three of everything."""
    for number in range(3):
        made = template(1, by(office.boss), name_en=f"W{number}")
        attach_workflow_to_object(request_of(office.requester, f"R{number}"), made, office.requester)
        world().role(f"role {number}", office.boss)
        model("Department").objects.create(name=f"D{number}", head=office.boss)
        model("Form").objects.create(name=f"F{number}")
    return office


def walk(session: Session, document: str, size: str, place: str, cursor: str, more: str) -> list[str]:
    """The ids on all pages of one row, in the order in which they came."""
    found: list[str] = []
    variables: dict[str, Any] = {size: 1}
    for _page in range(50):
        page = session.ask(document, **variables)
        found += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"][more]:
            assert len(found) == page["totalCount"] == len(set(found))
            return found
        variables[place] = page["pageInfo"][cursor]
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("kind", ["workflows", "attachments", "users", "roles", "departments", "forms"])
def test_all_rows_are_met_forward_and_back(full: Office, kind: str) -> None:
    session = Session(full.administrator)
    forward = walk(session, PAGE % kind, "first", "after", "endCursor", "hasNextPage")
    back = walk(session, PAGE % kind, "last", "before", "startCursor", "hasPreviousPage")
    assert forward == back[::-1]
    assert len(forward) >= 3


def test_the_inbox_is_walked(full: Office) -> None:
    session = Session(full.boss)
    assert len(walk(session, PAGE % "myApprovals", "first", "after", "endCursor", "hasNextPage")) == 3


STARTED = """
query ($filters: AttachmentFilter) {
  attachments(filters: $filters) { totalCount edges { node { startedAt } } }
}
"""


def test_moments_are_given_with_an_offset_and_taken_back(full: Office) -> None:
    session = Session(full.administrator)
    first, *later = sorted(edge["node"]["startedAt"] for edge in session.ask(STARTED)["edges"])
    assert datetime.fromisoformat(first).tzinfo is not None
    assert session.ask(STARTED, filters={"startedAfter": first})["totalCount"] == 3
    assert session.ask(STARTED, filters={"startedBefore": later[-1]})["totalCount"] == 2
