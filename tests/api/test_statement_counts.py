"""A page costs the same number of statements at one row and at fifty."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models.content import forget_versions
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.api.documents import ATTACHMENTS, INBOX, WORKFLOWS
from tests.client import count_statements
from tests.factories import STRATEGIES, DocumentFactory

HISTORY = """
{ attachments(first: 50) { edges { node {
  steps { id assignedRole { name } attachment { id workflow { nameEn } } }
  events { kind user { username } step { id attachment { id } } }
  stepsPage(first: 1) { totalCount edges { node { id viewerCanAct } } }
  eventsPage(first: 2) { totalCount edges { node { kind user { username } } } }
} } } }
"""


def counts(office: Office, document: str, viewer: Any, rows: list[int], grow: Any) -> list[int]:
    """The statements of one document at each number of rows; `grow(n)` brings the table to n rows."""
    AccessPolicy().attachments(viewer)  # content types are warm, as in a server that has run for a while
    found = []
    for number in rows:
        grow(number)
        forget_versions()  # the dearest case: a process that just started
        statements, data = (
            count_statements(document, viewer, first=50) if "$first" in document else count_statements(document, viewer)
        )
        (connection,) = data.values()
        assert len(connection["edges"]) == number
        found.append(statements)
    return found


class Runs:
    """Brings the number of runs to what is asked, each on a version of its own."""

    def __init__(self, office: Office) -> None:
        self.office, self.made = office, 0

    def __call__(self, number: int) -> None:
        while self.made < number:
            strategy = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
            template = self.office.template(strategy, positions=4, name_en=f"T{self.made}", company_id=None)
            attach_workflow_to_object(DocumentFactory(created_by=self.office.owner), template, self.office.owner)
            self.made += 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_page_of_workflows_costs_the_same_at_1_and_50(office: Office, strategy: WorkflowStrategy) -> None:
    made = 0

    def grow(number: int) -> None:
        nonlocal made
        while made < number:
            office.template(strategy, positions=4, name_en=f"T{made}", company_id=office.owner.pk)
            made += 1

    one, fifty = counts(office, WORKFLOWS, office.owner, [1, 50], grow)
    assert one == fifty <= 8


def test_a_page_of_attachments_costs_the_same_at_1_and_50(office: Office) -> None:
    one, fifty = counts(office, ATTACHMENTS, office.members[0], [1, 50], Runs(office))
    assert one == fifty <= 12


def test_a_page_of_the_inbox_costs_the_same_at_1_and_50(office: Office) -> None:
    one, fifty = counts(office, INBOX, office.members[0], [1, 50], Runs(office))
    assert one == fifty <= 12


def test_steps_and_history_below_a_page_cost_the_same_at_1_and_50(office: Office) -> None:
    one, fifty = counts(office, HISTORY, office.owner, [1, 50], Runs(office))
    assert one == fifty <= 12
