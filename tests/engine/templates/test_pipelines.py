"""Adding, changing and deleting pipelines."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.definitions.changes import PipelineChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_pipeline,
    create_workflow,
    delete_pipeline,
    update_pipeline,
)
from gql_workflows.demo.models import Department
from tests.engine.templates.trees import (
    CONFLICT,
    FLAT,
    FROZEN,
    IN_USE,
    INVALID,
    NO_ROW,
    NOT_FOUND,
    PIPED,
    REQUIRED,
    STAGED,
    STRATEGY,
    UNREGISTERED,
    complete,
    notify,
    refused,
    statements,
    stored,
)
from tests.factories import DocumentFactory, UserFactory, by_self
from tests.runs import approve

pytestmark = pytest.mark.django_db

FULL = PipelineSpec(
    name_en=" Law ",
    name_ar=" قانون ",
    stages=[StageSpec(name_en="Read", approvals=[by_self()], actions=[notify(order=4), notify()])],
    actions=[notify(parameters={"to": ["a"]}, is_active=False)],
)


def test_a_pipeline_is_added_behind_the_last_one_with_all_below_it():
    workflow, actor = complete(STAGED), UserFactory()
    Pipeline.objects.filter(workflow=workflow).update(order=6)
    pipeline = create_pipeline(workflow_id=str(workflow.pk), pipeline=FULL, actor=actor)
    assert (pipeline.name_en, pipeline.name_ar, pipeline.order) == ("Law", "قانون", 7)
    stage = pipeline.stages.get()
    assert (stage.name_en, stage.order, stage.stage_info) == ("Read", 0, {"approvals": [by_self()]})
    assert list(stage.actions.values_list("order", flat=True)) == [4, 5]
    action = pipeline.actions.get()
    assert (action.function_path, action.parameters, action.is_active) == (notify().function_path, {"to": ["a"]}, False)
    assert pipeline.workflow.modified_by == actor
    assert stored(workflow) == ("active", True)


def test_a_pipeline_is_added_in_between_where_an_order_is_free():
    workflow = complete(PIPED, 2)
    Pipeline.objects.filter(workflow=workflow, order=1).update(order=2)
    create_pipeline(workflow_id=workflow.pk, pipeline=PipelineSpec(name_en="New", order=1, approvals=[by_self()]))
    names = Pipeline.objects.filter(workflow=workflow).order_by("order").values_list("name_en", flat=True)
    assert list(names) == ["Pipeline 1", "New", "Pipeline 2"]


def test_a_pipeline_with_a_number_of_stages_makes_the_template_a_draft_until_they_are_configured():
    workflow = complete(STAGED)
    pipeline = create_pipeline(workflow_id=workflow.pk, pipeline=PipelineSpec(name_en="Law", number_of_stages=2))
    assert list(pipeline.stages.order_by("order").values_list("name_en", "order")) == [("Stage 1", 1), ("Stage 2", 2)]
    assert stored(workflow) == stored(pipeline.workflow) == ("draft", False)


def test_every_fault_of_a_new_pipeline_is_told_in_the_words_of_the_input():
    workflow = complete(STAGED)
    stages = [StageSpec(name_en="A", approvals=[{"approval_type": "user"}]), StageSpec(name_en="B", color="red")]
    spec = PipelineSpec(
        name_en="", order=0, department_id="none", stages=stages, actions=[notify(function_path="os.system")]
    )
    assert refused(create_pipeline, workflow_id=workflow.pk, pipeline=spec) == [
        (CONFLICT, ("pipeline", "order")),
        (REQUIRED, ("pipeline", "name_en")),
        (REQUIRED, ("pipeline", "stages", "0", "approvals", "0", "approval_user")),
        (INVALID, ("pipeline", "stages", "1", "color")),
        (NOT_FOUND, ("pipeline", "department_id")),
        (UNREGISTERED, ("pipeline", "actions", "0", "function_path")),
    ]


def test_a_strategy_takes_only_the_pipelines_that_fit_it():
    approving = PipelineSpec(name_en="A", approvals=[by_self()])
    staged = PipelineSpec(name_en="A", number_of_stages=1)
    assert refused(create_pipeline, workflow_id=complete(STAGED).pk, pipeline=approving) == [
        (STRATEGY, ("pipeline", "approvals"))
    ]
    assert refused(create_pipeline, workflow_id=complete(PIPED).pk, pipeline=staged) == [
        (STRATEGY, ("pipeline", "stages"))
    ]
    assert refused(create_pipeline, workflow_id=complete(FLAT).pk, pipeline=staged) == [(STRATEGY, ("pipeline",))]


def test_a_template_takes_fifty_pipelines_and_no_more():
    pipelines = [PipelineSpec(name_en=f"P{n}") for n in range(49)]
    workflow = create_workflow(spec=WorkflowSpec(name_en="Long", strategy=PIPED, pipelines=pipelines))
    create_pipeline(workflow_id=workflow.pk, pipeline=PipelineSpec(name_en="P"))
    full = refused(create_pipeline, workflow_id=workflow.pk, pipeline=PipelineSpec(name_en="P"))
    assert full == [(INVALID, ("pipeline",))]


def test_behind_the_highest_order_there_is_no_place():
    workflow = complete(PIPED)
    Pipeline.objects.filter(workflow=workflow).update(order=2**31 - 1)
    spec = PipelineSpec(name_en="P")
    assert refused(create_pipeline, workflow_id=workflow.pk, pipeline=spec) == [(INVALID, ("pipeline", "order"))]


def test_a_pipeline_s_own_values_are_changed_and_the_others_stay():
    finance, law = (Department.objects.create(name=name) for name in ("Finance", "Law"))
    workflow = complete(PIPED, 2)
    pipeline = workflow.pipelines.get(order=0)
    update_pipeline(id=pipeline.pk, changes=PipelineChanges(department_id=str(finance.pk), order=5))
    changed = update_pipeline(id=pipeline.pk, changes=PipelineChanges(name_en="Law", department_id=law.pk))
    pipeline.refresh_from_db()
    assert (pipeline.name_en, pipeline.order, pipeline.department) == ("Law", 5, law) == (changed.name_en, 5, law)
    assert pipeline.pipeline_info == {"approvals": [by_self()]}
    assert pipeline.department_content_type == ContentType.objects.get_for_model(Department)
    update_pipeline(id=pipeline.pk, changes=PipelineChanges(department_id=None))
    pipeline.refresh_from_db()
    assert (pipeline.department_id, pipeline.department_content_type) == (None, None)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name_en", None, REQUIRED),
        ("order", None, REQUIRED),
        ("order", -1, INVALID),
        ("order", 2**31, INVALID),
        ("order", True, INVALID),
        ("order", 1, CONFLICT),
        ("department_id", "none", NOT_FOUND),
        ("approvals", None, REQUIRED),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_at_its_field(field, value, code):
    pipeline = complete(PIPED, 2).pipelines.get(order=0)
    assert refused(update_pipeline, id=pipeline.pk, changes=PipelineChanges(**{field: value})) == [(code, (field,))]


def test_a_pipeline_keeps_its_own_order_without_a_conflict():
    pipeline = complete(PIPED, 2).pipelines.get(order=0)
    assert update_pipeline(id=pipeline.pk, changes=PipelineChanges(order=0)).order == 0


def test_approvals_on_a_pipeline_of_stages_are_refused():
    pipeline = complete(STAGED).pipelines.get()
    changes = PipelineChanges(approvals=[by_self()])
    assert refused(update_pipeline, id=pipeline.pk, changes=changes) == [(STRATEGY, ("approvals",))]


def test_taking_the_approvals_away_makes_an_active_template_a_draft():
    workflow = complete(PIPED, 2)
    pipeline = workflow.pipelines.get(order=0)
    update_pipeline(id=pipeline.pk, changes=PipelineChanges(approvals=[]))
    assert stored(workflow) == ("draft", False)
    update_pipeline(id=pipeline.pk, changes=PipelineChanges(approvals=[by_self()]))
    assert stored(workflow) == ("draft", False)


@pytest.mark.parametrize("strategy", [STAGED, PIPED])
def test_a_pipeline_is_deleted_with_all_below_it_and_the_status_follows(strategy):
    workflow, actor = complete(strategy, 4), UserFactory()
    first, *others = workflow.pipelines.order_by("order")
    WorkflowAction.objects.create(pipeline=first, action_type="after_approve", function_path=notify().function_path)
    delete_pipeline(id=first.pk, actor=actor)
    assert list(workflow.pipelines.order_by("order")) == others
    assert (stored(workflow), WorkflowAction.objects.count()) == (("active", True), 0)
    for pipeline in others:
        delete_pipeline(id=pipeline.pk)
    assert stored(workflow) == ("draft", False)
    assert not Stage.objects.exists()
    assert WorkFlow.objects.get(pk=workflow.pk).modified_by == actor


@pytest.mark.parametrize("strategy", [STAGED, PIPED])
def test_a_pipeline_on_which_a_run_of_the_template_itself_stands_or_ended_is_in_use(strategy):
    boss = UserFactory()
    workflow, document = complete(strategy, 3), DocumentFactory(created_by=boss)
    attach_workflow_to_object(document, workflow, disable_clone=True)
    first, last = workflow.pipelines.earliest("order"), workflow.pipelines.latest("order")
    assert refused(delete_pipeline, id=first.pk) == [(IN_USE, ("id",))]
    for _ in range(3):
        approve(document, boss)
    delete_pipeline(id=first.pk)
    assert refused(delete_pipeline, id=last.pk) == [(IN_USE, ("id",))]


@pytest.mark.parametrize("strategy", [STAGED, PIPED])
def test_the_pipelines_of_a_frozen_version_refuse_everything(strategy):
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(strategy)).workflow
    pipeline = version.pipelines.get()
    spec = PipelineSpec(name_en="New")
    assert refused(create_pipeline, workflow_id=version.pk, pipeline=spec) == [(FROZEN, ("workflow_id",))]
    assert refused(update_pipeline, id=pipeline.pk, changes=PipelineChanges(name_en="X")) == [(FROZEN, ("id",))]
    assert refused(delete_pipeline, id=pipeline.pk) == [(FROZEN, ("id",))]


@pytest.mark.parametrize("key", [NO_ROW, "nothing", None])
def test_a_pipeline_that_does_not_exist_is_not_found(key):
    spec = PipelineSpec(name_en="New")
    assert refused(create_pipeline, workflow_id=key, pipeline=spec) == [(NOT_FOUND, ("workflow_id",))]
    assert refused(update_pipeline, id=key, changes=PipelineChanges()) == [(NOT_FOUND, ("id",))]
    assert refused(delete_pipeline, id=key) == [(NOT_FOUND, ("id",))]


def test_the_verbs_cost_the_same_for_every_size():
    small, large = complete(PIPED, 2), complete(PIPED, 30)
    costs = []
    for workflow in (small, large):
        pipeline = workflow.pipelines.earliest("order")
        stages = [StageSpec(name_en=f"S{n}") for n in range(workflow.pipelines.count())]
        host = complete(STAGED, workflow.pipelines.count())
        costs.append(
            (
                statements(create_pipeline, workflow_id=workflow.pk, pipeline=PipelineSpec(name_en="P")),
                statements(create_pipeline, workflow_id=host.pk, pipeline=PipelineSpec(name_en="P", stages=stages)),
                statements(update_pipeline, id=pipeline.pk, changes=PipelineChanges(name_en="P")),
                statements(delete_pipeline, id=pipeline.pk),
            )
        )
    assert costs[0] == costs[1]
