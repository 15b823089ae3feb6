"""The structure and the approval summary of one workflow."""

from __future__ import annotations

import pytest

from django_workflow_engine.services import get_workflow_approval_summary, get_workflow_pipeline_structure
from tests.factories import UserFactory, by_role, by_self, by_user, group_of, template_for

pytestmark = pytest.mark.django_db

READS = [get_workflow_approval_summary, get_workflow_pipeline_structure]
NO_TYPES = {"SELF": 0, "ROLE": 0, "USER": 0, "TEAM_HEAD": 0, "DEPARTMENT_HEAD": 0, "CUSTOM": 0}
NO_STRATEGIES = dict.fromkeys(
    [
        "anyone",
        "consensus",
        "round_robin",
        "quorum",
        "majority",
        "percentage",
        "hierarchy_up",
        "hierarchy_chain",
    ],
    0,
)


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def role(boss):
    return group_of(boss)


@pytest.fixture
def staged(boss, role):
    return template_for(1, [[by_role(role)], [by_user(boss), by_role(role, "consensus")], [by_self()]])


def named(row, **values):
    return {"id": row.pk, "name_en": row.name_en, "name_ar": "", "order": row.order, **values}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("key", [10**9, "", "x", None])
def test_an_unknown_id_is_none(read, key):
    assert read(key) is None


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("positions", [1, 12])
def test_reading_costs_the_same_at_every_size(read, positions, role, django_assert_num_queries):
    workflow = template_for(1, [[by_role(role)]] * positions)
    with django_assert_num_queries(3):
        assert read(workflow.pk) is not None


def test_the_structure_is_pipelines_with_their_stages(staged):
    first, second = staged.pipelines.order_by("order")

    def stage_of(row, approvals):
        return named(row, color="#3498db", approvals_count=approvals)

    one, two = first.stages.order_by("order")
    assert get_workflow_pipeline_structure(staged.pk) == {
        "id": staged.pk,
        "name_en": "Purchase approval",
        "name_ar": "",
        "strategy": 1,
        "approvals_count": 0,
        "pipelines": [
            named(first, approvals_count=0, stages_count=2, stages=[stage_of(one, 1), stage_of(two, 2)]),
            named(second, approvals_count=0, stages_count=1, stages=[stage_of(second.stages.get(), 1)]),
        ],
    }


@pytest.mark.parametrize(("strategy", "own", "pipelines"), [(2, 0, [2]), (3, 2, [])])
def test_the_structure_counts_approvals_where_they_stand(strategy, own, pipelines, role):
    workflow = template_for(strategy, [[by_role(role), by_self()]])
    found = get_workflow_pipeline_structure(str(workflow.pk))
    assert found["approvals_count"] == own
    assert [pipeline["approvals_count"] for pipeline in found["pipelines"]] == pipelines


def test_the_summary_counts_by_type_strategy_and_pipeline(staged):
    first, second = staged.pipelines.order_by("order")
    assert get_workflow_approval_summary(staged.pk) == {
        "total_approvals": 4,
        "by_type": {**NO_TYPES, "SELF": 1, "ROLE": 2, "USER": 1},
        "by_strategy": {**NO_STRATEGIES, "anyone": 1, "consensus": 1},
        "by_pipeline": [named(first, approvals_count=3), named(second, approvals_count=1)],
    }


@pytest.mark.parametrize(("strategy", "pipelines"), [(2, [1]), (3, [])])
def test_the_summary_of_other_strategies_counts_alike(strategy, pipelines, role):
    found = get_workflow_approval_summary(template_for(strategy, [[by_role(role)]]).pk)
    assert (found["total_approvals"], found["by_type"]) == (1, {**NO_TYPES, "ROLE": 1})
    assert [pipeline["approvals_count"] for pipeline in found["by_pipeline"]] == pipelines


def test_a_workflow_without_role_approvals_has_a_zero_for_them(boss):
    found = get_workflow_approval_summary(template_for(3, [[by_user(boss)]]).pk)
    assert (found["by_type"]["ROLE"], found["by_strategy"]) == (0, NO_STRATEGIES)
