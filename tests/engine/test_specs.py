"""Creating a whole template: what is built, and every fault at once with its path."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.choices import ErrorCode, WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import create_workflow
from gql_workflows.demo.models import Department
from tests.factories import UserFactory, by_role, by_self, by_user, group_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

INVALID, REQUIRED, NOT_FOUND = ErrorCode.INVALID, ErrorCode.REQUIRED, ErrorCode.NOT_FOUND


def faults_of(spec: WorkflowSpec) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=spec)
    first = refused.value.faults[0]
    assert (refused.value.path, refused.value.message) == (first.path, first.message)
    return [(fault.code, fault.path) for fault in refused.value.faults]


def flat(*approvals, **fields) -> WorkflowSpec:
    return WorkflowSpec(name_en="Time off", strategy=WorkflowStrategy.WORKFLOW_ONLY, approvals=approvals, **fields)


def staged(*pipelines: PipelineSpec, **fields) -> WorkflowSpec:
    return WorkflowSpec(**{"name_en": "Purchase", "pipelines": pipelines} | fields)


def test_a_fault_deep_inside_is_told_with_its_path_and_nothing_is_created():
    review = StageSpec(name_en="Review", approvals=[by_self()])
    broken = StageSpec(name_en="Sign", approvals=[{"approval_type": "role"}])
    spec = staged(PipelineSpec(name_en="A", stages=[review]), PipelineSpec(name_en="B", stages=[broken]))
    assert faults_of(spec) == [(REQUIRED, ("pipelines", "1", "stages", "0", "approvals", "0", "user_role"))]
    assert WorkFlow.objects.count() == 0


def test_all_faults_are_told_at_once():
    ghost = UserFactory().pk + 1000
    stages = [
        StageSpec(name_en="One", color="red", approvals=[{"approval_type": "user"}]),
        StageSpec(name_en=" ", approvals=[{"approval_type": "user", "approval_user": ghost}]),
    ]
    spec = staged(PipelineSpec(name_en="x" * 256, stages=stages), name_en="")
    assert sorted(faults_of(spec), key=str) == sorted(
        [
            (REQUIRED, ("name_en",)),
            (INVALID, ("pipelines", "0", "name_en")),
            (INVALID, ("pipelines", "0", "stages", "0", "color")),
            (REQUIRED, ("pipelines", "0", "stages", "0", "approvals", "0", "approval_user")),
            (REQUIRED, ("pipelines", "0", "stages", "1", "name_en")),
            (NOT_FOUND, ("pipelines", "0", "stages", "1", "approvals", "0", "approval_user")),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("approval", "code", "keys"),
    [
        ({}, REQUIRED, ["approval_type"]),
        ({"approval_type": None}, REQUIRED, ["approval_type"]),
        ({"approval_type": "committee"}, INVALID, ["approval_type"]),
        ({"approval_type": 1}, INVALID, ["approval_type"]),
        ({"approval_type": "role"}, REQUIRED, ["user_role"]),
        ({"approval_type": "role", "user_role": ""}, REQUIRED, ["user_role"]),
        ({"approval_type": "role", "user_role": True}, INVALID, ["user_role"]),
        ({"approval_type": "role", "user_role": 1.5}, INVALID, ["user_role"]),
        ({"approval_type": "role", "user_role": 1, "approval_user": 1}, INVALID, ["approval_user"]),
        (
            {"approval_type": "role", "user_role": 1, "role_selection_strategy": "first"},
            INVALID,
            ["role_selection_strategy"],
        ),
        ({"approval_type": "user"}, REQUIRED, ["approval_user"]),
        ({"approval_type": "user", "approval_user": [1]}, INVALID, ["approval_user"]),
        ({"approval_type": "user", "approval_user": 1, "user_role": 1}, INVALID, ["user_role"]),
        ({"approval_type": "self-approved", "user_role": 1}, INVALID, ["user_role"]),
        ({"approval_type": "self-approved", "colour": "red"}, INVALID, ["colour"]),
        ("role", INVALID, []),
    ],
)
def test_an_approval_that_cannot_work_is_refused_at_its_key(approval, code, keys):
    assert faults_of(flat(by_self(), approval)) == [(code, ("approvals", "1", *keys))]


@pytest.mark.parametrize("key", [987654, "987654", "no-key", 10**30])
def test_people_and_roles_that_do_not_exist_are_not_found(key):
    user = {"approval_type": "user", "approval_user": key}
    role = {"approval_type": "role", "user_role": key}
    assert faults_of(flat(by_self(), user, role)) == [
        (NOT_FOUND, ("approvals", "1", "approval_user")),
        (NOT_FOUND, ("approvals", "2", "user_role")),
    ]


def test_a_missing_row_is_told_at_its_place_in_the_input_beside_other_faults():
    missing = {"approval_type": "role", "user_role": 987654}
    assert faults_of(flat({"approval_type": "role"}, missing)) == [
        (REQUIRED, ("approvals", "0", "user_role")),
        (NOT_FOUND, ("approvals", "1", "user_role")),
    ]


def test_a_company_that_does_not_exist_is_not_found():
    assert faults_of(flat(by_self(), company_id=987654)) == [(NOT_FOUND, ("company_id",))]


def test_a_department_that_does_not_exist_is_not_found():
    finance = Department.objects.create(name="Finance")
    pipelines = [PipelineSpec(name_en=name, department_id=key) for name, key in [("A", str(finance.pk)), ("B", "0")]]
    assert faults_of(staged(*pipelines)) == [(NOT_FOUND, ("pipelines", "1", "department_id"))]


def test_a_pipeline_keeps_its_department():
    finance = Department.objects.create(name="Finance")
    workflow = create_workflow(spec=staged(PipelineSpec(name_en="A", department_id=str(finance.pk))))
    assert workflow.pipelines.get().department == finance


@pytest.mark.parametrize(
    ("orders", "index"), [([0, 0], 1), ([3, None, 4], 2), ([-1], 0), ([2**31], 0), ([2**31 - 1, None], 1)]
)
def test_an_order_that_is_taken_or_out_of_range_is_refused_at_its_place(orders, index):
    pipelines = [PipelineSpec(name_en=f"P{n}", order=order) for n, order in enumerate(orders)]
    assert faults_of(staged(*pipelines)) == [(INVALID, ("pipelines", str(index), "order"))]
    stages = [StageSpec(name_en=f"S{n}", order=order) for n, order in enumerate(orders)]
    below = ("pipelines", "0", "stages", str(index), "order")
    assert faults_of(staged(PipelineSpec(name_en="A", stages=stages))) == [(INVALID, below)]


def test_orders_given_decide_and_missing_ones_follow_their_predecessor():
    stages = [StageSpec(name_en=name, order=order) for name, order in [("late", 9), ("first", 0), ("second", None)]]
    workflow = create_workflow(spec=staged(PipelineSpec(name_en="A", stages=stages)))
    found = Stage.objects.filter(pipeline__workflow=workflow).order_by("order")
    assert list(found.values_list("name_en", "order")) == [("first", 0), ("second", 1), ("late", 9)]


@pytest.mark.parametrize("color", ["red", "#fff", "#12345g", "", "#3498db\n"])
def test_a_colour_of_another_form_is_refused(color):
    spec = staged(PipelineSpec(name_en="A", stages=[StageSpec(name_en="S", color=color)]))
    assert faults_of(spec) == [(INVALID, ("pipelines", "0", "stages", "0", "color"))]


def test_names_of_255_characters_fit_and_longer_ones_are_refused():
    name = "ع" * 255
    workflow = create_workflow(spec=WorkflowSpec(name_en=name, name_ar=name))
    assert (workflow.name_en, workflow.name_ar) == (name, name)
    assert faults_of(WorkflowSpec(name_en="x" * 256, name_ar="x" * 256)) == [
        (INVALID, ("name_en",)),
        (INVALID, ("name_ar",)),
    ]


@pytest.mark.parametrize("field", ["name_en", "name_ar", "description"])
def test_a_null_character_which_postgresql_cannot_store_is_refused(field):
    assert faults_of(WorkflowSpec(**{"name_en": "Purchase"} | {field: "a\x00b"})) == [(INVALID, (field,))]


@pytest.mark.parametrize("number", [-1, 51])
def test_a_number_of_stages_out_of_range_is_refused(number):
    spec = staged(PipelineSpec(name_en="A", number_of_stages=number))
    assert faults_of(spec) == [(INVALID, ("pipelines", "0", "number_of_stages"))]


def test_a_number_of_stages_makes_stages_numbered_from_one():
    workflow = create_workflow(spec=staged(PipelineSpec(name_en="A", number_of_stages=3)))
    found = Stage.objects.filter(pipeline__workflow=workflow).order_by("order")
    assert list(found.values_list("name_en", "order")) == [("Stage 1", 1), ("Stage 2", 2), ("Stage 3", 3)]
    assert workflow.status == WorkflowStatus.DRAFT


def test_too_many_rows_or_approvals_are_refused():
    assert faults_of(flat(*[by_self()] * 21)) == [(INVALID, ("approvals",))]
    assert faults_of(staged(*[PipelineSpec(name_en="P")] * 51)) == [(INVALID, ("pipelines",))]
    stages = PipelineSpec(name_en="P", stages=[StageSpec(name_en="S")] * 51)
    assert faults_of(staged(stages)) == [(INVALID, ("pipelines", "0", "stages"))]


def test_a_template_is_stored_as_it_was_described():
    actor, company, boss = UserFactory.create_batch(3)
    role = group_of(boss)
    stages = [
        StageSpec(name_en=" Review ", name_ar=" مراجعة ", color="#A1b2C3", form_info={"f": [1]}, is_active=False),
        StageSpec(name_en="Sign", approvals=[by_user(boss), by_role(role, "consensus")]),
    ]
    spec = staged(PipelineSpec(name_en="Finance", stages=stages), company_id=company.pk, description="Why")
    workflow = WorkFlow.objects.get(pk=create_workflow(spec=spec, actor=actor).pk)
    assert (workflow.name_en, workflow.description, workflow.company) == ("Purchase", "Why", company)
    assert (workflow.created_by, workflow.modified_by, workflow.is_hidden) == (actor, actor, False)
    assert (workflow.status, workflow.is_active) == (WorkflowStatus.ACTIVE, True)
    review, sign = Stage.objects.filter(pipeline__workflow=workflow).order_by("order")
    assert (review.name_en, review.name_ar, review.is_active) == ("Review", "مراجعة", False)
    assert (review.stage_info, review.form_info) == ({"color": "#A1b2C3"}, {"f": [1]})
    assert sign.stage_info == {"approvals": [by_user(boss), by_role(role, "consensus")]}


def test_a_role_without_a_strategy_is_decided_by_anyone():
    role = group_of(UserFactory())
    workflow = create_workflow(spec=flat({"approval_type": "role", "user_role": role.pk}))
    assert workflow.workflow_info == {"approvals": [by_role(role, "anyone")]}


def statements_to_create(pipelines: int, stages: int, role) -> int:
    below = [StageSpec(name_en=f"Stage {n}", approvals=[by_role(role)]) for n in range(stages)]
    spec = staged(*[PipelineSpec(name_en=f"Pipeline {n}", stages=below) for n in range(pipelines)])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        workflow = create_workflow(spec=spec)
    assert Pipeline.objects.filter(workflow=workflow).count() == pipelines
    assert Stage.objects.filter(pipeline__workflow=workflow).count() == pipelines * stages
    return len(captured)


@pytest.mark.parametrize(
    ("pipelines", "stages"),
    [(5, 10), pytest.param(20, 10, marks=pytest.mark.postgres, id="20-10-more-than-one-insert-holds-on-sqlite")],
)
def test_creating_a_large_template_costs_as_many_statements_as_a_small_one(pipelines, stages):
    role = group_of(UserFactory())
    assert statements_to_create(pipelines, stages, role) == statements_to_create(1, 1, role) == 6
