"""The people and the rows that the journey needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

from django_workflow_engine.services import register_model_for_workflow
from tests.worlds.journey.rows import model, world

APPROVAL = {"type": "object", "properties": {"amount": {"type": "integer"}}, "required": ["amount"]}


@dataclass(frozen=True, kw_only=True)
class Office:
    """Everybody who takes part, their roles, a department and a form."""

    administrator: Any
    boss: Any
    requester: Any
    members: list[Any]
    deputy: Any
    role: Any
    department: Any
    form: Any


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test may use every database of the world; in some worlds it really commits."""
    used = [alias for alias in connections if connections[alias].vendor != "unknown"]
    for item in items:
        mark = item.get_closest_marker("django_db")
        options = {"transaction": world().commits, **(mark.kwargs if mark else {}), "databases": used}
        item.add_marker(pytest.mark.django_db(**options), append=False)


@pytest.fixture
def office(db: None) -> Office:
    person = world().person
    boss = person("boss")
    members = [person(f"member{number}") for number in range(3)]
    return Office(
        administrator=person("administrator", administrator=True),
        boss=boss,
        requester=person("requester", manager=boss),
        members=members,
        deputy=person("deputy"),
        role=world().role("buyers", *members),
        department=model("Department").objects.create(name="Purchasing", head=boss),
        form=model("Form").objects.create(name="Amount", schema=APPROVAL),
    )


@pytest.fixture(autouse=True)
def followed(db: None) -> None:
    """The request's status and stage follow its workflow."""
    register_model_for_workflow(
        model("Request"),
        status_field="status",
        stage_field="stage",
        completion_status_value="completed",
        rejection_status_value="rejected",
    )
