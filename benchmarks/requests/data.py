"""The rows that the questions find: committed, because another process reads them too."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import Group, User
from django.db import connection

from benchmarks.requests.questions import ROWS
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, create_workflow
from tests.factories import DocumentFactory, UserFactory, by_role, group_of

PIPELINES: Final = 3
STAGES: Final = 4
MEMBERS: Final = 6
ROLES: Final = 10


def fill() -> User:
    """Templates of one company, a run on each; gives a member of every role, who is the company too."""
    viewer, *members = UserFactory.create_batch(MEMBERS)
    roles = [group_of(viewer, *members, name=f"role-{number}") for number in range(ROLES)]
    for number in range(ROWS):
        template = _template(viewer, roles, number)
        requester = members[number % len(members)]
        attach_workflow_to_object(DocumentFactory(created_by=requester), template, requester)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return viewer


def _template(company: User, roles: list[Group], number: int) -> WorkFlow:
    def stage(pipeline: int, place: int) -> StageSpec:
        role = roles[(number + pipeline + place) % ROLES]
        return StageSpec(name_en=f"Stage {place}", color="#27ae60", approvals=[by_role(role)])

    pipelines = [
        PipelineSpec(name_en=f"Pipeline {above}", stages=[stage(above, below) for below in range(STAGES)])
        for above in range(PIPELINES)
    ]
    spec = WorkflowSpec(name_en=f"Workflow {number}", company_id=company.pk, pipelines=pipelines)
    return create_workflow(spec=spec, actor=company)
