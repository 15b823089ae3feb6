"""`get_workflow_statistics`, counted by the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from django_workflow_engine.choices import AttachmentStatus, WorkflowStatus, WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.selectors.statistics import Statistics
from django_workflow_engine.services import attach_workflow_to_object, get_workflow_statistics
from tests.factories import DocumentFactory, UserFactory, by_role, by_self, group_of, template_for

pytestmark = pytest.mark.django_db

STATEMENTS = 5
NOTHING = {
    "overview": {
        "total_workflows": 0,
        "active_workflows": 0,
        "total_pipelines": 0,
        "total_stages": 0,
        "total_approvals": 0,
        "avg_pipelines_per_workflow": 0.0,
        "avg_stages_per_workflow": 0.0,
        "avg_approvals_per_stage": 0.0,
    },
    "by_status": {"active": 0, "inactive": 0, "draft": 0},
    "by_strategy": {1: 0, 2: 0, 3: 0},
    "by_company": {},
    "attachments": {
        "total": 0,
        "not_started": 0,
        "in_progress": 0,
        "changes_requested": 0,
        "completed": 0,
        "rejected": 0,
        "cancelled": 0,
        "avg_completion_seconds": None,
    },
}


@pytest.fixture
def role():
    return group_of(UserFactory())


@pytest.fixture
def acme():
    return UserFactory(username="acme")


@pytest.fixture
def globex():
    return UserFactory(username="globex")


@pytest.fixture
def templates(role, acme, globex):
    """One of each strategy: acme's with stages, globex's with pipelines, a draft of nobody's."""
    return [
        template_for(1, [[by_role(role)], [by_role(role), by_self()], [by_self()]], company_id=acme.pk),
        template_for(2, [[by_role(role)], [by_self(), by_self()]], company_id=globex.pk),
        template_for(3, [[by_role(role)]], status="draft"),
    ]


def running(workflow, status, seconds=None, **values):
    """An attachment in this state that took so long."""
    attachment = attach_workflow_to_object(DocumentFactory(), workflow)
    ended = None if seconds is None else attachment.started_at + timedelta(seconds=seconds)
    WorkflowAttachment.objects.filter(pk=attachment.pk).update(status=status, completed_at=ended, **values)


def test_an_empty_system_has_zeros():
    assert get_workflow_statistics() == NOTHING


def test_all_workflows_are_counted_by_status_strategy_and_company(templates):
    attach_workflow_to_object(DocumentFactory(), templates[0])  # its frozen version is no workflow of its own
    found = get_workflow_statistics()
    assert found["overview"] == {
        "total_workflows": 3,
        "active_workflows": 2,
        "total_pipelines": 4,
        "total_stages": 3,
        "total_approvals": 8,
        "avg_pipelines_per_workflow": 4 / 3,
        "avg_stages_per_workflow": 1.0,
        "avg_approvals_per_stage": 4 / 3,
    }
    assert found["by_status"] == {"active": 2, "inactive": 0, "draft": 1}
    assert found["by_strategy"] == {1: 1, 2: 1, 3: 1}
    assert found["by_company"] == {
        "acme": {"workflows": 1, "pipelines": 2, "stages": 3, "approvals": 4},
        "globex": {"workflows": 1, "pipelines": 2, "stages": 0, "approvals": 3},
    }


def test_one_company_counts_its_own_alone(templates, globex):
    running(templates[0], AttachmentStatus.IN_PROGRESS)
    running(templates[1], AttachmentStatus.IN_PROGRESS)
    attach_workflow_to_object(DocumentFactory(), templates[1], disable_clone=True)
    found = get_workflow_statistics(company_id=globex.pk)
    assert (found["overview"]["total_workflows"], found["overview"]["total_approvals"]) == (1, 3)
    assert list(found["by_company"]) == ["globex"]
    assert found["attachments"] == {**NOTHING["attachments"], "total": 2, "in_progress": 2}


@pytest.mark.parametrize("company", ["nobody", 10**9])
def test_an_unknown_company_has_zeros(templates, company):
    assert get_workflow_statistics(company_id=company) == NOTHING


def test_companies_of_the_same_name_are_told_apart(role):
    people = [UserFactory(first_name="Acme", last_name="Corp") for _ in range(2)]
    for person in people:
        template_for(3, [[by_role(role)]], company_id=person.pk)
    names = {f"Acme Corp ({person.pk})" for person in people}
    assert set(get_workflow_statistics()["by_company"]) == names


def test_attachments_are_counted_by_status_with_the_average_time_of_the_completed(templates):
    workflow = templates[0]
    running(workflow, AttachmentStatus.COMPLETED, seconds=10)
    running(workflow, AttachmentStatus.COMPLETED, seconds=15.5)
    running(workflow, AttachmentStatus.REJECTED, seconds=1000)
    running(workflow, AttachmentStatus.CANCELLED, seconds=1000)
    running(workflow, AttachmentStatus.IN_PROGRESS)
    attach_workflow_to_object(DocumentFactory(), workflow, auto_start=False)
    assert get_workflow_statistics()["attachments"] == {
        "total": 6,
        "not_started": 1,
        "in_progress": 1,
        "changes_requested": 0,
        "completed": 2,
        "rejected": 1,
        "cancelled": 1,
        "avg_completion_seconds": 12.75,
    }


@pytest.mark.parametrize("info", [{}, {"approvals": None}, {"approvals": "none"}, {"approvals": {"a": 1}}, [], "x", 1])
def test_whatever_json_is_stored_is_counted_without_an_error(templates, info):
    WorkFlow.objects.update(workflow_info=info)
    Pipeline.objects.update(pipeline_info=info)
    Stage.objects.update(stage_info=info)
    assert get_workflow_statistics()["overview"]["total_approvals"] == 0


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_statements_is_the_same_at_every_size(rows, role, acme, django_assert_num_queries):
    for _ in range(rows):
        running(template_for(1, [[by_role(role)]], company_id=acme.pk), AttachmentStatus.COMPLETED, seconds=1)
    with django_assert_num_queries(STATEMENTS):
        found = get_workflow_statistics()
    assert (found["overview"]["total_workflows"], found["attachments"]["completed"]) == (rows, rows)


def test_the_counts_take_any_restriction_of_workflows_and_attachments(templates, acme, django_assert_num_queries):
    running(templates[0], AttachmentStatus.IN_PROGRESS, started_by=acme)
    running(templates[1], AttachmentStatus.IN_PROGRESS)
    found = Statistics(
        workflows=WorkFlow.objects.templates().filter(company__isnull=True),
        attachments=WorkflowAttachment.objects.filter(started_by=acme),
    )
    with django_assert_num_queries(STATEMENTS - 1):
        assert all([found.overview, found.by_company, found.by_status, found.by_strategy, found.attachments])
    assert (found.overview.workflows, found.overview.approvals, found.attachments.total) == (1, 1, 1)
    assert list(found.by_company) == [None]
    assert found.by_status[WorkflowStatus.DRAFT] == found.by_strategy[WorkflowStrategy.WORKFLOW_ONLY] == 1


def test_a_run_without_a_start_date_does_not_disturb_the_average(templates):
    running(templates[0], AttachmentStatus.COMPLETED, seconds=4)
    running(templates[0], AttachmentStatus.COMPLETED, seconds=4, started_at=None)
    assert get_workflow_statistics()["attachments"]["avg_completion_seconds"] == 4.0
