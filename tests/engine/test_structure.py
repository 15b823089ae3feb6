"""Which rows a strategy allows, by every door."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import ErrorCode, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import create_workflow
from tests.factories import STRATEGIES, UserFactory, by_self, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

NO_STAGES_IN_2 = "Strategy 2 (Workflow→Pipeline) cannot have stages."
NO_PIPELINES_IN_3 = "Cannot create pipelines for Strategy 3 (Workflow Only) workflows."


def faults_of(spec: WorkflowSpec) -> list[tuple[ErrorCode, tuple[str, ...], str]]:
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=spec)
    return [(fault.code, fault.path, fault.message) for fault in refused.value.faults]


def test_saving_a_stage_below_strategy_2_is_refused_in_the_reference_s_words():
    workflow = WorkFlow.objects.create(name_en="Onboarding", strategy=2)
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="HR")
    with unchanged(), pytest.raises(ValidationError) as refused:
        Stage.objects.create(pipeline=pipeline, name_en="Review")
    assert refused.value.messages == [NO_STAGES_IN_2]
    assert refused.value.code == "STRATEGY_VIOLATION"


def test_saving_a_pipeline_below_strategy_3_is_refused_in_the_reference_s_words():
    workflow = WorkFlow.objects.create(name_en="Time off", strategy=3)
    with unchanged(), pytest.raises(ValidationError) as refused:
        Pipeline.objects.create(workflow=workflow, name_en="HR")
    assert refused.value.messages == [NO_PIPELINES_IN_3]
    assert refused.value.code == "STRATEGY_VIOLATION"


def test_a_stage_cannot_be_moved_below_a_strategy_2_pipeline():
    stages = template_for(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[by_self()]])
    pipelines = template_for(WorkflowStrategy.WORKFLOW_PIPELINE, [[by_self()]])
    stage = Stage.objects.get(pipeline__workflow=stages)
    stage.pipeline = pipelines.pipelines.get()
    with unchanged(), pytest.raises(ValidationError, match="Strategy 2"):
        stage.save()


def test_creating_a_strategy_2_template_with_stages_names_each_pipeline_at_fault():
    spec = WorkflowSpec(
        name_en="Onboarding",
        strategy=WorkflowStrategy.WORKFLOW_PIPELINE,
        pipelines=[
            PipelineSpec(name_en="HR", approvals=[by_self()]),
            PipelineSpec(name_en="IT", stages=[StageSpec(name_en="Review")]),
            PipelineSpec(name_en="Law", number_of_stages=2),
        ],
    )
    assert faults_of(spec) == [
        (ErrorCode.STRATEGY_VIOLATION, ("pipelines", "1", "stages"), NO_STAGES_IN_2),
        (ErrorCode.STRATEGY_VIOLATION, ("pipelines", "2", "stages"), NO_STAGES_IN_2),
    ]


def test_creating_a_strategy_3_template_with_pipelines_is_refused():
    spec = WorkflowSpec(
        name_en="Time off",
        strategy=WorkflowStrategy.WORKFLOW_ONLY,
        approvals=[by_self()],
        pipelines=[PipelineSpec(name_en="HR")],
    )
    assert faults_of(spec) == [(ErrorCode.STRATEGY_VIOLATION, ("pipelines",), NO_PIPELINES_IN_3)]


def test_approvals_on_a_level_that_is_never_asked_are_refused_with_their_paths():
    misplaced = "This strategy asks for no approvals here."
    pipelines = [
        PipelineSpec(name_en="A", stages=[StageSpec(name_en="S", approvals=[by_self()])]),
        PipelineSpec(name_en="B", approvals=[by_self()]),
    ]
    staged = WorkflowSpec(name_en="Staged", approvals=[by_self()], pipelines=pipelines)
    assert faults_of(staged) == [
        (ErrorCode.STRATEGY_VIOLATION, ("approvals",), misplaced),
        (ErrorCode.STRATEGY_VIOLATION, ("pipelines", "1", "approvals"), misplaced),
    ]
    piped = WorkflowSpec(
        name_en="Piped", strategy=WorkflowStrategy.WORKFLOW_PIPELINE, approvals=[by_self()], pipelines=pipelines[1:]
    )
    assert faults_of(piped) == [(ErrorCode.STRATEGY_VIOLATION, ("approvals",), misplaced)]


def test_a_template_whose_strategy_was_changed_above_its_rows_is_not_complete():
    workflow = template_for(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[by_self()]])
    WorkFlow.objects.filter(pk=workflow.pk).update(strategy=3)
    assert WorkFlow.objects.get(pk=workflow.pk).validate_completeness() == (False, NO_PIPELINES_IN_3)
    WorkFlow.objects.filter(pk=workflow.pk).update(strategy=2)
    assert WorkFlow.objects.get(pk=workflow.pk).validate_completeness() == (False, NO_STAGES_IN_2)


def rows_of(strategy):
    """The rows of a template of one position that can carry approvals, by level."""
    workflow = template_for(strategy, [[by_self()]])
    rows = {"workflow": workflow, "pipeline": workflow.pipelines.first()}
    if rows["pipeline"] is not None:
        rows["stage"] = rows["pipeline"].stages.first()
    return {level: row for level, row in rows.items() if row is not None}


LEVELS = {1: "stage", 2: "pipeline", 3: "workflow"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_approvals_that_cannot_work_are_refused_when_a_row_is_saved(strategy):
    level = LEVELS[strategy]
    row = rows_of(strategy)[level]
    setattr(row, f"{level}_info", {"approvals": [by_self(), {"approval_type": "role"}]})
    with unchanged(), pytest.raises(ValidationError) as refused:
        row.save()
    (error,) = refused.value.error_dict[f"{level}_info"]
    assert error.code == "REQUIRED"
    assert error.params["path"] == (f"{level}_info", "approvals", "1", "user_role")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_approvals_on_another_level_are_refused_when_a_row_is_saved(strategy):
    for level, row in rows_of(strategy).items():
        if level == LEVELS[strategy]:
            continue
        setattr(row, f"{level}_info", {"approvals": [by_self()]})
        with unchanged(), pytest.raises(ValidationError) as refused:
            row.save()
        (error,) = refused.value.error_dict[f"{level}_info"]
        assert (error.code, error.params["path"]) == ("STRATEGY_VIOLATION", (f"{level}_info", "approvals"))


def test_a_strategy_never_changes():
    workflow = WorkFlow.objects.create(name_en="Time off", strategy=3)
    workflow.strategy = 1
    with unchanged(), pytest.raises(ValidationError) as refused:
        workflow.save()
    assert refused.value.error_dict["strategy"][0].code == "STRATEGY_VIOLATION"
    reread = WorkFlow.objects.get(pk=workflow.pk)
    reread.strategy = 2
    with unchanged(), pytest.raises(ValidationError):
        reread.save()


@pytest.mark.parametrize("info", [["approvals"], "approvals", {"approvals": {"approval_type": "role"}}])
def test_info_of_another_shape_is_refused_when_a_row_is_saved(info):
    with unchanged(), pytest.raises(ValidationError) as refused:
        WorkFlow.objects.create(name_en="Time off", strategy=3, workflow_info=info)
    assert list(refused.value.error_dict) == ["workflow_info"]


def test_an_approval_by_a_user_keeps_the_reference_s_form():
    boss = UserFactory()
    workflow = WorkFlow.objects.create(name_en="Time off", strategy=3, workflow_info={"approvals": [by_user(boss)]})
    assert WorkFlow.objects.get(pk=workflow.pk).workflow_info == {
        "approvals": [{"approval_type": "user", "approval_user": boss.pk}]
    }


def test_rows_without_an_order_come_after_the_last_one():
    workflow = WorkFlow.objects.create(name_en="Purchase")
    orders = [Pipeline.objects.create(workflow=workflow, name_en=name).order for name in "AB"]
    late = Pipeline.objects.create(workflow=workflow, name_en="C", order=7)
    stages = [Stage.objects.create(pipeline=late, name_en=name).order for name in "AB"]
    assert (orders, Pipeline.objects.create(workflow=workflow, name_en="D").order, stages) == ([0, 1], 8, [0, 1])


def test_an_action_belongs_to_exactly_one_owner():
    workflow = template_for(WorkflowStrategy.WORKFLOW_PIPELINE, [[by_self()]])
    fields = {"action_type": "after_approve", "function_path": "tests.testapp.workflow_actions.notify"}
    for owners in ({}, {"workflow": workflow, "pipeline": workflow.pipelines.get()}):
        with unchanged(), pytest.raises(ValidationError, match="exactly one"):
            WorkflowAction.objects.create(**fields, **owners)
