"""Pipelines, stages and actions by themselves."""

from __future__ import annotations

import pytest

from django_workflow_engine.models import WorkflowAction
from django_workflow_engine.serializers import PipelineSerializer, StageSerializer, WorkflowActionSerializer
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import Department
from tests.engine.serializers.forms import context_of, errors, saved
from tests.engine.templates.trees import NO_ROW, NOTIFY, PIPED, STAGED, complete, stage_of, stored
from tests.factories import DocumentFactory, UserFactory, by_self

pytestmark = pytest.mark.django_db

ACTION = {"action_type": "AFTER_APPROVE", "function_path": NOTIFY}


def frozen(strategy):
    return attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(strategy)).workflow


def test_a_pipeline_is_created_with_all_below_it():
    workflow, actor = complete(STAGED), UserFactory()
    department = Department.objects.create(name="Law")
    data = {
        "workflow_id": workflow.pk,
        "name_en": "Law",
        "department_id": department.pk,
        "stages": [{"name_en": "Read", "stage_info": {"approvals": [by_self()]}, "actions": [ACTION]}],
        "actions": [ACTION],
    }
    pipeline = saved(PipelineSerializer(data=data, context=context_of(actor)))
    assert (pipeline.order, pipeline.department, pipeline.workflow.modified_by) == (1, department, actor)
    assert pipeline.stages.get().actions.get().action_type == pipeline.actions.get().action_type == "after_approve"
    assert PipelineSerializer(pipeline).data["stages"][0]["name_en"] == "Read"


def test_a_pipeline_is_changed():
    pipeline = complete(PIPED).pipelines.get()
    form = PipelineSerializer(pipeline, data={"order": 4, "pipeline_info": {"approvals": []}}, partial=True)
    assert saved(form) is pipeline
    assert (pipeline.order, pipeline.name_en, pipeline.pipeline_info) == (4, "Pipeline 1", {})
    assert stored(pipeline.workflow) == ("draft", False)


def test_what_a_pipeline_cannot_be_is_refused_in_the_shape_of_the_input():
    workflow = complete(PIPED, 2)
    pipeline = workflow.pipelines.get(order=0)
    bad = {"workflow_id": workflow.pk, "name_en": "P", "order": 1, "pipeline_info": {"approvals": [{}]}}
    assert errors(PipelineSerializer(data=bad)) == {
        "order": ["CONFLICT"],
        "pipeline_info": {"approvals": [{"approval_type": ["REQUIRED"]}]},
    }
    assert errors(PipelineSerializer(data={"name_en": "P"})) == {"workflow_id": ["REQUIRED"]}
    assert errors(PipelineSerializer(data={"name_en": "P", "workflow_id": NO_ROW})) == {"workflow_id": ["NOT_FOUND"]}
    version = frozen(PIPED)
    form = PipelineSerializer(data={"name_en": "P", "workflow_id": version.pk})
    assert errors(form) == {"non_field_errors": ["FROZEN"]}

    def change(**data):
        return errors(PipelineSerializer(pipeline, data=data, partial=True))

    assert change(order=1) == {"order": ["CONFLICT"]}
    assert change(workflow_id=version.pk) == {"workflow_id": ["INVALID"]}
    assert change(stages=[], number_of_stages=1) == {"stages": ["INVALID"], "number_of_stages": ["INVALID"]}
    assert change(approvals=[], pipeline_info={"approvals": []}) == {"approvals": ["INVALID"]}


def test_a_stage_is_created_and_changed():
    pipeline = complete(STAGED).pipelines.get()
    data = {"pipeline_id": pipeline.pk, "name_en": "Sign", "stage_info": {"color": "#123456"}, "actions": [ACTION]}
    stage = saved(StageSerializer(data=data))
    assert (stage.order, stage.stage_info, stage.actions.count()) == (1, {"color": "#123456"}, 1)
    saved(StageSerializer(stage, data={"form_info": {"x": [1]}, "is_active": False}, partial=True))
    assert (stage.form_info, stage.is_active, stage.stage_info) == ({"x": [1]}, False, {"color": "#123456"})
    saved(StageSerializer(stage, data={"stage_info": {"approvals": [by_self()]}}, partial=True))
    assert stage.stage_info == {"color": "#123456", "approvals": [by_self()]}
    assert StageSerializer(stage).data["pipeline_id"] == pipeline.pk


def test_what_a_stage_cannot_be_is_refused_in_the_shape_of_the_input():
    workflow = complete(STAGED, 3)
    stage, other = stage_of(workflow), workflow.pipelines.get(order=1)
    bad = {"pipeline_id": other.pk, "name_en": "S", "order": 0, "stage_info": {"color": "red"}}
    assert errors(StageSerializer(data=bad)) == {"order": ["CONFLICT"], "stage_info": {"color": ["INVALID"]}}
    assert errors(StageSerializer(data={"name_en": "S", "pipeline_id": "x"})) == {"pipeline_id": ["NOT_FOUND"]}
    piped = complete(PIPED).pipelines.get()
    form = StageSerializer(data={"name_en": "S", "pipeline_id": piped.pk})
    assert errors(form) == {"non_field_errors": ["STRATEGY_VIOLATION"]}

    def change(**data):
        return errors(StageSerializer(stage, data=data, partial=True))

    assert change(pipeline_id=other.pk) == {"pipeline_id": ["INVALID"]}
    assert change(actions=[]) == {"actions": ["INVALID"]}
    assert change(stage_info={"approvals": [{"approval_type": "user"}]}) == {
        "stage_info": {"approvals": [{"approval_user": ["REQUIRED"]}]}
    }
    assert change(stage_info={"approvals": [by_self()] * 21}) == {"stage_info": {"approvals": ["INVALID"]}}
    form = StageSerializer(stage_of(frozen(STAGED)), data={"name_en": "X"}, partial=True)
    assert errors(form) == {"non_field_errors": ["FROZEN"]}


@pytest.mark.parametrize("field", ["workflow_id", "pipeline_id", "stage_id"])
def test_an_action_is_created_and_changed(field):
    workflow = complete(STAGED)
    owners = {"workflow_id": workflow, "pipeline_id": workflow.pipelines.get(), "stage_id": stage_of(workflow)}
    action = saved(WorkflowActionSerializer(data=ACTION | {field: owners[field].pk}))
    assert (getattr(action, field), action.parameters, action.is_active) == (owners[field].pk, {}, True)
    data = {"parameters": {"to": ["a"]}, "is_active": False, field: str(owners[field].pk)}
    saved(WorkflowActionSerializer(action, data=data, partial=True))
    assert (action.parameters, action.is_active, action.action_type) == ({"to": ["a"]}, False, "after_approve")
    assert WorkflowActionSerializer(action).data[field] == owners[field].pk
    assert WorkflowAction.objects.get() == action


def test_what_an_action_cannot_be_is_refused():
    workflow, version = complete(STAGED), frozen(STAGED)
    key = {"workflow_id": workflow.pk}
    assert errors(WorkflowActionSerializer(data=ACTION)) == {"workflow_id": ["REQUIRED"]}
    assert errors(WorkflowActionSerializer(data=ACTION | key | {"stage_id": 1})) == {"workflow_id": ["INVALID"]}
    assert errors(WorkflowActionSerializer(data=ACTION | {"stage_id": NO_ROW})) == {"stage_id": ["NOT_FOUND"]}
    bad = {"action_type": "someday", "function_path": "os.system", "parameters": [1]} | key
    assert errors(WorkflowActionSerializer(data=bad)) == {
        "action_type": ["INVALID"],
        "parameters": ["INVALID"],
        "function_path": ["ACTION_NOT_REGISTERED"],
    }
    form = WorkflowActionSerializer(data=ACTION | {"workflow_id": version.pk})
    assert errors(form) == {"non_field_errors": ["FROZEN"]}
    action = WorkflowAction.objects.create(workflow=workflow, action_type="after_reject", function_path=NOTIFY)
    moved = WorkflowActionSerializer(action, data={"workflow_id": version.pk}, partial=True)
    assert errors(moved) == {"workflow_id": ["INVALID"]}
    changed = WorkflowActionSerializer(action, data={"function_path": "os.system"}, partial=True)
    assert errors(changed) == {"function_path": ["ACTION_NOT_REGISTERED"]}
