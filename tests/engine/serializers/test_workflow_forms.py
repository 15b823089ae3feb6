"""Creating and changing whole templates through the form."""

from __future__ import annotations

import copy

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import ValidationError

from django_workflow_engine.models import Pipeline, WorkFlow, WorkflowAction
from django_workflow_engine.serializers import StageSerializer, WorkFlowSerializer
from django_workflow_engine.services import attach_workflow_to_object, delete_workflow
from tests.engine.serializers.forms import codes, context_of, errors, saved
from tests.engine.templates.trees import FLAT, NO_ROW, NOTIFY, PIPED, STAGED, complete, stage_of, stored
from tests.factories import DocumentFactory, UserFactory, by_role, by_self, by_user, group_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


def flat(**data):
    return {"name_en": "Leave", "strategy": 3, "workflow_info": {"approvals": [by_self()]}} | data


def test_strategy_1_is_created_with_stages():
    role = group_of(UserFactory())
    stage = {"name_en": "Review", "stage_info": {"approvals": [{"approval_type": "role", "user_role": role.pk}]}}
    data = {"name_en": "Complex Approval", "strategy": 1, "pipelines": [{"name_en": "Finance", "stages": [stage]}]}
    workflow = saved(WorkFlowSerializer(data=data))
    assert stage_of(workflow).stage_info == {"approvals": [by_role(role)]}
    assert (stored(workflow), workflow.strategy) == (("active", True), STAGED)


def test_strategy_2_is_created_with_approvals_on_pipelines():
    role = group_of(UserFactory())
    info = {"approvals": [{"approval_type": "role", "user_role": role.pk}]}
    data = {"name_en": "Department Approval", "strategy": 2, "pipelines": [{"name_en": "HR", "pipeline_info": info}]}
    workflow = saved(WorkFlowSerializer(data=data))
    assert workflow.pipelines.get().pipeline_info == {"approvals": [by_role(role)]}
    assert (stored(workflow), workflow.strategy) == (("active", True), PIPED)


def test_strategy_3_is_created_with_approvals_of_its_own():
    boss = UserFactory()
    data = {"name_en": "Simple Approval", "strategy": 3, "workflow_info": {"approvals": [by_user(boss)]}}
    workflow = saved(WorkFlowSerializer(data=data))
    assert workflow.workflow_info == {"approvals": [by_user(boss)]}
    assert (stored(workflow), workflow.strategy) == (("active", True), FLAT)


def test_approvals_may_stand_beside_the_info_objects_as_in_the_engine_s_specs():
    stage = {"name_en": "S", "color": "#123456", "approvals": [by_self()]}
    workflow = saved(WorkFlowSerializer(data={"name_en": "W", "pipelines": [{"name_en": "P", "stages": [stage]}]}))
    assert stage_of(workflow).stage_info == {"color": "#123456", "approvals": [by_self()]}
    assert saved(WorkFlowSerializer(data={"name_en": "W", "strategy": 3, "approvals": [by_self()]})).is_active


CUSTOM = {
    "name_en": "Purchase Request",
    "name_ar": "طلب شراء",
    "status": "active",
    "actions": [
        {
            "action_type": "after_approve",
            "function_path": "myapp.actions.send_custom_approval",
            "parameters": {"template": "custom_approved", "recipients": ["creator", "manager@example.com"]},
            "order": 1,
            "is_active": True,
        },
        {
            "action_type": "after_reject",
            "function_path": "myapp.actions.send_custom_rejection",
            "parameters": {"template": "custom_rejected", "recipients": ["creator"]},
            "order": 1,
            "is_active": True,
        },
    ],
    "pipelines": [
        {
            "name_en": "Finance Review",
            "order": 0,
            "actions": [
                {
                    "action_type": "after_move_stage",
                    "function_path": "myapp.actions.notify_finance_team",
                    "parameters": {"team_email": "finance@example.com"},
                    "order": 1,
                }
            ],
            "stages": [
                {
                    "name_en": "Budget Approval",
                    "order": 0,
                    "actions": [
                        {
                            "action_type": "after_approve",
                            "function_path": "myapp.actions.update_budget_system",
                            "parameters": {"api_endpoint": "/api/budget/update"},
                            "order": 1,
                        }
                    ],
                }
            ],
        }
    ],
}
PATHS = ["send_custom_approval", "send_custom_rejection", "notify_finance_team", "update_budget_system"]
REGISTERED = [{"action_type": "after_approve", "function_path": f"myapp.actions.{name}"} for name in PATHS]


def test_the_reference_s_custom_actions_are_created_on_every_level():
    company = UserFactory()
    with override_settings(WORKFLOW_ACTIONS_CONFIG=REGISTERED):
        workflow = saved(WorkFlowSerializer(data=CUSTOM | {"company": company.pk}))
    assert list(workflow.actions.values_list("action_type", "order")) == [("after_approve", 1), ("after_reject", 1)]
    pipeline = workflow.pipelines.get()
    assert pipeline.actions.get().parameters == {"team_email": "finance@example.com"}
    assert pipeline.stages.get().actions.get().function_path == "myapp.actions.update_budget_system"
    assert (workflow.company, stored(workflow)) == (company, ("active", True))


def test_functions_that_are_not_registered_are_refused_at_their_places():
    assert errors(WorkFlowSerializer(data=CUSTOM)) == {
        "actions": [{"function_path": ["ACTION_NOT_REGISTERED"]}, {"function_path": ["ACTION_NOT_REGISTERED"]}],
        "pipelines": [
            {
                "actions": [{"function_path": ["ACTION_NOT_REGISTERED"]}],
                "stages": [{"actions": [{"function_path": ["ACTION_NOT_REGISTERED"]}]}],
            }
        ],
    }


def test_the_errors_have_the_shape_of_the_input_and_name_every_fault():
    good = {"name_en": "A", "stage_info": {"approvals": [by_self()]}}
    bad = {"name_en": "B", "stage_info": {"color": "red", "approvals": [by_self(), {"approval_type": "role"}]}}
    beside = {"name_en": "C", "approvals": [{"approval_type": "user", "approval_user": NO_ROW}]}
    data = {
        "name_en": "x" * 256,
        "company": NO_ROW,
        "pipelines": [{"name_en": "P"}, {"name_en": "Q", "department_id": "0", "stages": [good, bad, beside]}],
    }
    assert errors(WorkFlowSerializer(data=data)) == {
        "name_en": ["INVALID"],
        "company": ["NOT_FOUND"],
        "pipelines": [
            {},
            {
                "department_id": ["NOT_FOUND"],
                "stages": [
                    {},
                    {"stage_info": {"color": ["INVALID"], "approvals": [{}, {"user_role": ["REQUIRED"]}]}},
                    {"approvals": [{"approval_user": ["NOT_FOUND"]}]},
                ],
            },
        ],
    }


def test_structures_that_the_strategy_does_not_allow_are_refused():
    stages = {"name_en": "P", "number_of_stages": 1}
    assert errors(WorkFlowSerializer(data={"name_en": "W", "strategy": 2, "pipelines": [stages]})) == {
        "pipelines": [{"stages": ["STRATEGY_VIOLATION"]}]
    }
    assert errors(WorkFlowSerializer(data={"name_en": "W", "strategy": 3, "pipelines": [stages]})) == {
        "pipelines": ["STRATEGY_VIOLATION"]
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"name_en": ["required"]}),
        (flat(name_en=""), {"name_en": ["blank"]}),
        (flat(strategy=4), {"strategy": ["invalid_choice"]}),
        (flat(status="archived"), {"status": ["INVALID"]}),
        (flat(workflow_info=[]), {"workflow_info": ["no_object"]}),
        (flat(workflow_info={"colour": 1}), {"workflow_info": {"colour": ["INVALID"]}}),
        (flat(workflow_info={"approvals": 1}), {"workflow_info": {"approvals": ["INVALID"]}}),
        (flat(approvals=[]), {"approvals": ["INVALID"]}),
        (flat(company=True), {"company": ["invalid"]}),
        (flat(pipelines=[{"name_en": "P", "number_of_stages": 51}], workflow_info=None, strategy=1), None),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_at_its_field(data, expected):
    expected = expected or {"pipelines": [{"number_of_stages": ["INVALID"]}]}
    assert errors(WorkFlowSerializer(data=data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, ("active", True)),
        ({"is_active": True}, ("active", True)),
        ({"status": "ACTIVE"}, ("active", True)),
        ({"is_active": False}, ("inactive", False)),
        ({"status": "active", "is_active": False}, ("inactive", False)),
        ({"status": "draft", "is_active": True}, ("draft", False)),
    ],
)
@pytest.mark.parametrize("info", [{"approvals": [by_self()]}, None], ids=["complete", "incomplete"])
def test_a_template_is_active_unless_the_form_says_otherwise(data, expected, info):
    assert stored(saved(WorkFlowSerializer(data=flat(**data, workflow_info=info)))) == expected


def test_the_company_is_the_context_s_and_the_form_may_only_repeat_it():
    tenant, other = UserFactory.create_batch(2)
    context = context_of(tenant, company_user=tenant)
    assert saved(WorkFlowSerializer(data=flat(), context=context)).company == tenant
    assert saved(WorkFlowSerializer(data=flat(company=str(tenant.pk)), context=context)).company == tenant
    assert saved(WorkFlowSerializer(data=flat(company=None), context=context)).company == tenant
    assert errors(WorkFlowSerializer(data=flat(company=other.pk), context=context)) == {"company": ["INVALID"]}
    mine = complete(FLAT, company_id=tenant.pk)
    for company in (other.pk, None):
        form = WorkFlowSerializer(mine, data={"company": company}, partial=True, context=context)
        assert errors(form) == {"company": ["INVALID"]}


def test_the_request_s_user_is_the_one_who_acts():
    user = UserFactory()
    assert saved(WorkFlowSerializer(data=flat(), context=context_of(user))).created_by == user
    assert saved(WorkFlowSerializer(data=flat(), context=context_of(AnonymousUser()))).created_by is None
    assert saved(WorkFlowSerializer(data=flat())).created_by is None


def test_what_is_saved_is_a_workflow_that_also_answers_to_names():
    workflow = saved(WorkFlowSerializer(data=flat()))
    assert isinstance(workflow, WorkFlow)
    assert workflow == WorkFlow.objects.get(pk=workflow["id"])
    assert (workflow["name_en"], workflow["pipelines"]) == ("Leave", [])
    with pytest.raises(KeyError):
        workflow["colour"]
    assert attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), workflow).status == "in_progress"
    staged = saved(WorkFlowSerializer(data={"name_en": "W"}))
    pipeline = Pipeline.objects.create(workflow=staged, name_en="Late")
    assert (pipeline.workflow, list(staged.pipelines.all())) == (staged, [pipeline])
    assert [row["name_en"] for row in staged["pipelines"]] == ["Late"]


def test_the_representation_holds_the_whole_template():
    workflow = complete(STAGED, 1, name_ar="شراء", description="Why")
    WorkflowAction.objects.create(workflow=workflow, action_type="after_approve", function_path=NOTIFY)
    pipeline = workflow.pipelines.get()
    stage = pipeline.stages.get()
    data = copy.deepcopy(WorkFlowSerializer(workflow).data)
    action = data["actions"][0]
    assert (action["action_type"], action["function_path"], action["parameters"]) == ("after_approve", NOTIFY, {})
    assert data["pipelines"] == [
        {
            "id": pipeline.pk,
            "name_en": "Pipeline 1",
            "name_ar": "",
            "order": 0,
            "department_id": None,
            "pipeline_info": {},
            "stages": [
                {
                    "id": stage.pk,
                    "name_en": "Stage 1",
                    "name_ar": "",
                    "order": 0,
                    "is_active": True,
                    "stage_info": {"approvals": [by_self()]},
                    "form_info": {},
                    "actions": [],
                }
            ],
            "actions": [],
        }
    ]
    assert {name: data[name] for name in ("id", "company", "name_ar", "status", "is_active", "strategy")} == {
        "id": workflow.pk,
        "company": None,
        "name_ar": "شراء",
        "status": "active",
        "is_active": True,
        "strategy": 1,
    }


@pytest.mark.parametrize("many", [False, True], ids=["one", "a page"])
def test_reading_costs_the_same_for_every_size(many):
    costs = []
    for size in (1, 5):
        workflows = [complete(STAGED, 2 * size) for _ in range(size)]
        with CaptureQueriesContext(connection) as captured:
            data = WorkFlowSerializer(workflows if many else workflows[0], many=many).data
        assert len(data if many else [data]) == (size if many else 1)
        costs.append(len(captured))
    assert costs == [5, 5]


def test_a_template_s_own_values_are_changed():
    workflow = complete(FLAT, name_ar="إجازة", description="Why")
    form = WorkFlowSerializer(workflow, data={"name_en": "Leave", "description": None}, partial=True)
    assert saved(form) == workflow
    assert (workflow.name_en, workflow.name_ar, workflow.description) == ("Leave", "إجازة", "")
    saved(WorkFlowSerializer(workflow, data=flat(workflow_info={})))
    assert (workflow.workflow_info, stored(workflow)) == ({}, ("draft", False))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"is_active": False}, ("inactive", False)),
        ({"is_active": False, "status": "active"}, ("inactive", False)),
        ({"is_active": True, "status": "draft"}, ("draft", False)),
        ({"is_active": True}, ("active", True)),
        ({"status": "INACTIVE"}, ("inactive", False)),
    ],
)
def test_whichever_of_status_and_is_active_differs_from_what_is_stored_decides(data, expected):
    workflow = complete(FLAT)
    saved(WorkFlowSerializer(workflow, data=data, partial=True))
    assert stored(workflow) == expected
    saved(WorkFlowSerializer(workflow, data={"is_active": True}, partial=True))
    assert stored(workflow) == ("active", True)


def test_what_a_change_cannot_bring_is_refused():
    workflow = complete(PIPED)

    def refusal(**data):
        return errors(WorkFlowSerializer(workflow, data=data, partial=True))

    assert refusal(strategy=1) == {"strategy": ["STRATEGY_VIOLATION"]}
    assert refusal(pipelines=[], actions=[]) == {"pipelines": ["INVALID"], "actions": ["INVALID"]}
    assert refusal(workflow_info={"approvals": [by_self()]}) == {"workflow_info": {"approvals": ["STRATEGY_VIOLATION"]}}
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), workflow).workflow
    form = WorkFlowSerializer(version, data={"name_en": "X"}, partial=True)
    assert errors(form) == {"non_field_errors": ["FROZEN"]}


def test_what_changes_between_checking_and_saving_is_refused_when_saved():
    workflow = complete(STAGED)
    forms = [
        WorkFlowSerializer(workflow, data={"name_en": "X"}, partial=True),
        StageSerializer(stage_of(workflow), data={"name_en": "X"}, partial=True),
    ]
    assert all(form.is_valid() for form in forms)
    delete_workflow(id=workflow.pk)
    for form in forms:
        with unchanged(), pytest.raises(ValidationError) as refused:
            form.save()
        assert codes(refused.value.detail) == {"non_field_errors": ["NOT_FOUND"]}


def test_saving_before_checking_raises_as_the_framework_does():
    with unchanged(), pytest.raises(AssertionError, match="is_valid"):
        WorkFlowSerializer(data=flat()).save()
