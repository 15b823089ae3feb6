"""`get_detailed_workflow_data`: the keys of the reference, in every strategy, with a fixed number of statements."""

from __future__ import annotations

import pytest
from django.utils import translation

from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, create_workflow, get_detailed_workflow_data
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for

pytestmark = pytest.mark.django_db

STATEMENTS = 4
NO_SUCH_ID = [10**9, "", "x", 2**70, -1]


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def role(boss):
    return group_of(boss)


@pytest.fixture
def company():
    return UserFactory(username="acme", first_name="Acme", last_name="Corp")


def shown_role(role):
    return {
        "approval_type": "ROLE",
        "approval_type_display": "Role-based Approval",
        "user_role": role.pk,
        "role_selection_strategy": "anyone",
        "strategy_display": "Any user with role can approve",
    }


def configured(*approvals):
    return {
        "approvals_count": len(approvals),
        "has_approvals": bool(approvals),
        "approval_configuration": {"approvals": list(approvals)},
    }


def test_a_workflow_of_stages_shows_its_approvals_on_the_stages(company, role, boss):
    stages = [
        StageSpec(name_en="Initial review", name_ar="مراجعة", color="#112233", approvals=[by_role(role)]),
        StageSpec(name_en="Sign-off", approvals=[by_user(boss), by_self()]),
    ]
    above = [PipelineSpec(name_en="Finance", name_ar="مالية", stages=stages)]
    spec = WorkflowSpec(name_en="Purchase", name_ar="شراء", company_id=company.pk, pipelines=above)
    workflow = create_workflow(spec=spec)
    pipeline = workflow.pipelines.get()
    first, second = pipeline.stages.order_by("order")
    by_the_boss = {"approval_type": "USER", "approval_type_display": "A named user", "approval_user": boss.pk}
    by_oneself = {"approval_type": "SELF", "approval_type_display": "Self approval"}
    assert get_detailed_workflow_data(workflow_id=workflow.pk) == {
        "id": workflow.pk,
        "name_en": "Purchase",
        "name_ar": "شراء",
        "description": "",
        "strategy": 1,
        "status": "active",
        "is_active": True,
        "company": company.pk,
        "company_name": "Acme Corp",
        "pipelines_count": 1,
        "total_stages_count": 2,
        "pipelines": [
            {
                "id": pipeline.pk,
                "name_en": "Finance",
                "name_ar": "مالية",
                "order": pipeline.order,
                "stages_count": 2,
                "stages": [
                    {
                        "id": first.pk,
                        "name_en": "Initial review",
                        "name_ar": "مراجعة",
                        "order": first.order,
                        "is_active": True,
                        "color": "#112233",
                        **configured(shown_role(role)),
                    },
                    {
                        "id": second.pk,
                        "name_en": "Sign-off",
                        "name_ar": "",
                        "order": second.order,
                        "is_active": True,
                        "color": "#3498db",
                        **configured(by_the_boss, by_oneself),
                    },
                ],
            }
        ],
        "workflow_summary": {"total_pipelines": 1, "total_stages": 2, "total_approvals": 3},
    }


def test_a_workflow_of_pipelines_shows_its_approvals_on_the_pipelines(role):
    workflow = template_for(2, [[by_role(role)], [by_self(), by_role(role)]])
    found = get_detailed_workflow_data(workflow_id=workflow.pk)
    first, second = found["pipelines"]
    assert first["approval_configuration"] == {"approvals": [shown_role(role)]}
    assert [(pipeline["approvals_count"], pipeline["has_approvals"]) for pipeline in (first, second)] == [
        (1, True),
        (2, True),
    ]
    assert (first["stages"], first["stages_count"], found["total_stages_count"]) == ([], 0, 0)
    assert found["workflow_summary"] == {"total_pipelines": 2, "total_stages": 0, "total_approvals": 3}
    assert "approval_configuration" not in found


def test_a_workflow_alone_shows_its_own_approvals(role):
    workflow = template_for(3, [[by_role(role)]])
    found = get_detailed_workflow_data(workflow_id=workflow.pk)
    assert found["pipelines"] == []
    assert {key: found[key] for key in configured()} == configured(shown_role(role))
    assert found["workflow_summary"] == {"total_pipelines": 0, "total_stages": 0, "total_approvals": 1}
    assert (found["company"], found["company_name"]) == (None, None)


def test_a_quorum_with_a_form_shows_all_that_it_asks(role):
    approval = {**by_role(role, "quorum"), "quorum_count": 2, "step_approval_type": "submit", "required_form": 7}
    workflow = template_for(3, [[by_role(role)]])
    WorkFlow.objects.filter(pk=workflow.pk).update(workflow_info={"approvals": [approval]})
    (shown,) = get_detailed_workflow_data(workflow_id=workflow.pk)["approval_configuration"]["approvals"]
    assert shown == {
        **approval,
        "approval_type": "ROLE",
        "approval_type_display": "Role-based Approval",
        "strategy_display": "A number of users with the role must approve",
    }


@pytest.mark.parametrize("key", NO_SUCH_ID)
def test_an_unknown_id_is_none(key):
    assert get_detailed_workflow_data(workflow_id=key) is None


def test_one_workflow_is_found_when_inactive_and_when_frozen(role):
    workflow = template_for(3, [[by_role(role)]], status="draft")
    assert get_detailed_workflow_data(workflow_id=workflow.pk)["is_active"] is False
    other = template_for(3, [[by_role(role)]])
    frozen = attach_workflow_to_object(DocumentFactory(), other).workflow
    assert get_detailed_workflow_data(workflow_id=frozen.pk)["name_en"] == "Purchase approval (Copy)"


def test_lists_leave_out_frozen_versions_inactive_templates_and_other_companies(company, role):
    active = template_for(1, [[by_role(role)]] * 3, company_id=company.pk)
    draft = template_for(1, [[by_role(role)]], company_id=company.pk, status="draft")
    nobodys = template_for(2, [[by_role(role)]])
    attach_workflow_to_object(DocumentFactory(), active)

    def listed(**arguments):
        found = get_detailed_workflow_data(**arguments)
        assert found["total_count"] == len(found["workflows"])
        return [workflow["id"] for workflow in found["workflows"]]

    assert listed() == [nobodys.pk, active.pk]
    assert listed(include_inactive=True) == [nobodys.pk, draft.pk, active.pk]
    assert listed(company_id=company.pk) == [active.pk]
    assert listed(company_id=company.pk, include_inactive=True) == [draft.pk, active.pk]
    assert listed(company_id="nobody") == listed(company_id=10**9) == []
    assert get_detailed_workflow_data(workflow_id=nobodys.pk, company_id=company.pk) is None


def test_the_statistics_of_a_list_count_what_it_holds(role):
    template_for(1, [[by_role(role)], [by_role(role), by_self()], [by_self()]])
    template_for(2, [[by_role(role)], [by_role(role)]])
    template_for(3, [[by_role(role)]], status="inactive")
    assert get_detailed_workflow_data(include_inactive=True)["statistics"] == {
        "total_workflows": 3,
        "active_workflows": 2,
        "total_pipelines": 4,
        "total_stages": 3,
        "total_approvals": 7,
        "avg_pipelines_per_workflow": 4 / 3,
        "avg_stages_per_workflow": 1.0,
        "avg_approvals_per_stage": 4 / 3,
    }


def test_an_empty_list_has_statistics_of_nothing():
    found = get_detailed_workflow_data()
    assert (found["workflows"], found["total_count"]) == ([], 0)
    assert set(found["statistics"].values()) == {0}


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_costs_the_same_number_of_statements_at_every_size(rows, company, role, django_assert_num_queries):
    for number in range(rows):
        template_for(STRATEGIES[number % 3], [[by_role(role)]], company_id=company.pk)
    with django_assert_num_queries(STATEMENTS):
        assert get_detailed_workflow_data()["total_count"] == rows


def test_places_with_the_same_approvals_share_no_dict(role):
    workflow = template_for(1, [[by_role(role)]] * 2)
    first, second = get_detailed_workflow_data(workflow_id=workflow.pk)["pipelines"][0]["stages"]
    first["approval_configuration"]["approvals"][0]["user_role"] = None
    first["approval_configuration"]["approvals"].append({})
    assert second["approval_configuration"] == {"approvals": [shown_role(role)]}


@pytest.mark.parametrize("info", [{"approvals": "none"}, {"approvals": [{"approval_type": "king"}]}, [], "text", None])
def test_what_bulk_writes_left_unreadable_is_left_out(role, info):
    workflow = template_for(1, [[by_role(role)]])
    Stage.objects.filter(pipeline__workflow=workflow).update(stage_info=[] if info is None else info)
    (stage,) = get_detailed_workflow_data(workflow_id=workflow.pk)["pipelines"][0]["stages"]
    assert {key: stage[key] for key in configured()} == configured()
    assert stage["color"] == "#3498db"


def test_words_are_those_of_the_active_language(role):
    workflow = template_for(3, [[by_role(role)]])
    with translation.override("ar"):
        (shown,) = get_detailed_workflow_data(workflow_id=workflow.pk)["approval_configuration"]["approvals"]
    assert type(shown["approval_type_display"]) is type(shown["strategy_display"]) is str
