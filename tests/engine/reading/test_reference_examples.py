"""The usage examples of the reference, with its calls and keys."""

from __future__ import annotations

from itertools import pairwise

import pytest

from django_workflow_engine.services import (
    get_detailed_workflow_data,
    get_workflow_approval_summary,
    get_workflow_pipeline_structure,
    get_workflow_statistics,
)
from tests.factories import UserFactory, by_role, by_user, group_of, template_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return UserFactory(username="acme")


@pytest.fixture
def workflow(acme):
    boss = UserFactory()
    role = by_role(group_of(boss))
    return template_for(1, [[role], [role, role, by_user(boss)], [role] * 4], company_id=acme.pk)


def test_the_dashboard_lists_workflows_with_their_number_and_statistics(workflow, acme):
    found = get_detailed_workflow_data(company_id=acme.pk, include_inactive=False)
    assert [row["id"] for row in found["workflows"]] == [workflow.pk]
    assert (found["total_count"], found["statistics"]["total_stages"]) == (1, 3)


def test_the_analysis_divides_approvals_by_stages_and_role_approvals_by_all(workflow):
    detailed = get_detailed_workflow_data(workflow_id=workflow.pk)
    summary = get_workflow_approval_summary(workflow.pk)
    assert detailed["workflow_summary"]["total_approvals"] == 8
    assert detailed["pipelines_count"] == 2
    assert summary["total_approvals"] / detailed["total_stages_count"] == pytest.approx(8 / 3)
    assert summary["by_type"]["ROLE"] / summary["total_approvals"] * 100 == 87.5


def test_the_diagram_draws_each_stage_and_joins_those_of_a_pipeline(workflow):
    nodes, edges = [], []
    for pipeline in get_workflow_pipeline_structure(workflow.pk)["pipelines"]:
        stages = pipeline["stages"]
        nodes += [(stage["name_en"], stage["color"], stage["approvals_count"]) for stage in stages]
        edges += [(before["id"], after["id"]) for before, after in pairwise(stages)]
    assert nodes == [("Stage 1", "#3498db", 1), ("Stage 2", "#3498db", 3), ("Stage 3", "#3498db", 4)]
    first, second = workflow.pipelines.get(order=0).stages.order_by("order")
    assert edges == [(first.pk, second.pk)]


def test_the_monitor_finds_the_companies_with_many_approvals_for_a_stage(workflow):
    quiet = UserFactory(username="quiet")
    template_for(1, [[by_user(quiet)]] * 2, company_id=quiet.pk)
    template_for(3, [[by_user(quiet)]], status="draft")
    found = get_workflow_statistics()
    overview, companies = found["overview"], found["by_company"]
    assert overview["active_workflows"] / overview["total_workflows"] * 100 == pytest.approx(200 / 3)
    assert overview["avg_stages_per_workflow"] == pytest.approx(5 / 3)
    assert len(companies) == 2
    assert [name for name, held in companies.items() if held["approvals"] / held["stages"] > 2.0] == ["acme"]
