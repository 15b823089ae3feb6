"""Pages of the API at 1 row and at 50, each run on a version of its own that the process has not read yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.models import Group, User

from benchmarks.figures import Figure, rolled_back
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models.content import forget_versions
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.permissions import AccessPolicy
from tests.api.documents import ATTACHMENTS, INBOX, WORKFLOWS
from tests.client import count_statements
from tests.factories import DocumentFactory, UserFactory, by_role, group_of, template_for

ROWS: Final = (1, 50)
WORKFLOWS_LIMIT: Final = 8
ATTACHMENTS_LIMIT: Final = 12
STAGES: Final = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE


@rolled_back
def of_workflows() -> list[Figure]:
    """Workflows with pipelines, stages and approvals."""
    _people, role = _office()

    def grow(number: int) -> None:
        template_for(STAGES, [[by_role(role)]] * 4, name_en=f"Template {number}")

    return _pages("workflows", WORKFLOWS, WORKFLOWS_LIMIT, role.user_set.first(), grow)


@rolled_back
def of_attachments() -> list[Figure]:
    """Attachments with progress, target, current steps and people."""
    people, role = _office()
    return _pages("attachments", ATTACHMENTS, ATTACHMENTS_LIMIT, people[0], _runs(people, role))


@rolled_back
def of_the_inbox() -> list[Figure]:
    """Steps that wait for one person, with their runs."""
    people, role = _office()
    return _pages("the inbox", INBOX, ATTACHMENTS_LIMIT, people[0], _runs(people, role))


def _pages(name: str, document: str, limit: int, viewer: Any, grow: Callable[[int], None]) -> list[Figure]:
    AccessPolicy().attachments(viewer)  # content types are warm, as in a server that has run for a while
    figures, made = [], 0
    for rows in ROWS:
        for number in range(made, rows):
            grow(number)
        made = rows
        forget_versions()
        measured, data = count_statements(document, viewer, first=rows)
        (connection,) = data.values()
        assert len(connection["edges"]) == rows
        figures.append(Figure(name=f"a page of {name}, {rows} rows", measured=measured, limit=limit))
    return figures


def _office() -> tuple[list[User], Group]:
    people = UserFactory.create_batch(6)
    return people, group_of(*people)


def _runs(people: list[User], role: Group) -> Callable[[int], None]:
    def grow(number: int) -> None:
        template = template_for(STAGES, [[by_role(role)]] * 4, name_en=f"Template {number}")
        attach_workflow_to_object(DocumentFactory(created_by=people[0]), template, people[0])

    return grow
