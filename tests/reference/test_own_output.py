"""What the engine gives may be sent back, in any spelling that it or the reference uses."""

from __future__ import annotations

import pytest

from django_workflow_engine.models import Stage, WorkFlow
from django_workflow_engine.serializers import PipelineSerializer, StageSerializer, WorkFlowSerializer
from django_workflow_engine.services import get_detailed_workflow_data
from tests.engine.serializers.forms import errors, saved
from tests.engine.templates.trees import PIPED, STAGED, complete, stage_of, stored
from tests.factories import UserFactory, by_user, group_of

pytestmark = pytest.mark.django_db

STORED = {"approval_type": "role", "role_selection_strategy": "anyone"}


@pytest.mark.parametrize("spelling", [("ROLE", "ANYONE"), ("role", "anyone"), ("Role", "Anyone")])
def test_approvals_are_taken_in_any_case_and_stored_in_one(spelling):
    stage, role = stage_of(complete(STAGED)), group_of(UserFactory()).pk
    kind, strategy = spelling
    given = {
        "approval_type": kind,
        "role_selection_strategy": strategy,
        "user_role": role,
        "step_approval_type": "MOVE",
    }
    expected = {"approvals": [{**STORED, "user_role": role, "step_approval_type": "move"}]}
    saved(StageSerializer(stage, data={"stage_info": {"approvals": [given]}}, partial=True))
    assert stage.stage_info == expected
    made = Stage.objects.create(pipeline=stage.pipeline, name_en="By hand", stage_info={"approvals": [given]})
    assert made.stage_info == Stage.objects.get(pk=made.pk).stage_info == expected


@pytest.mark.parametrize("kind", ["SELF", "self", "self-approved", "Self-Approved"])
def test_the_user_of_a_self_approval_means_nothing(kind):
    stage = stage_of(complete(STAGED))
    approval = {"approval_type": kind, "approval_user": UserFactory().pk}
    saved(StageSerializer(stage, data={"stage_info": {"approvals": [approval]}}, partial=True))
    assert stage.stage_info == {"approvals": [{"approval_type": "self-approved"}]}


def test_what_detailed_data_gives_is_taken_back():
    user, workflow = UserFactory(), complete(STAGED)
    stage = stage_of(workflow)
    before = {"approvals": [by_user(user), {**STORED, "user_role": group_of(user).pk}]}
    saved(StageSerializer(stage, data={"stage_info": before}, partial=True))
    shown = get_detailed_workflow_data(workflow.pk)["pipelines"][0]["stages"][0]
    assert "strategy_display" in shown["approval_configuration"]["approvals"][1]
    saved(StageSerializer(stage, data={"stage_info": shown["approval_configuration"]}, partial=True))
    assert stage.stage_info == before


def test_an_unknown_key_beside_them_is_still_refused():
    approval = {"approval_type": "SELF", "approval_type_display": "Self", "colour": "red"}
    form = StageSerializer(stage_of(complete(STAGED)), data={"stage_info": {"approvals": [approval]}}, partial=True)
    assert errors(form) == {"stage_info": {"approvals": [{"colour": ["INVALID"]}]}}


@pytest.mark.parametrize("strategy", [1, 2, 3])
def test_a_form_takes_its_own_representation(strategy):
    workflow = complete(strategy)
    shown = WorkFlowSerializer(workflow).data
    saved(WorkFlowSerializer(workflow, data=shown))
    assert {**WorkFlowSerializer(workflow).data, "modified_at": None} == {**shown, "modified_at": None}
    copy = saved(WorkFlowSerializer(data=shown))
    assert copy.pk != workflow.pk
    assert copy.tree().approvals == workflow.tree().approvals
    shown["pipelines"] = [{"name_en": "Another"}]
    assert errors(WorkFlowSerializer(workflow, data=shown)) == {"pipelines": ["INVALID"]}


def test_the_forms_of_parts_take_their_own_representation():
    stage = stage_of(complete(STAGED))
    Stage.objects.filter(pk=stage.pk).update(stage_info={**stage.stage_info, "icon": "star"})
    stage.refresh_from_db()
    before = stage.stage_info
    saved(StageSerializer(stage, data=StageSerializer(stage).data))
    assert (stage.stage_info, before["icon"]) == (before, "star")
    form = StageSerializer(stage, data={"stage_info": {"icon": "moon"}}, partial=True)
    assert errors(form) == {"stage_info": {"icon": ["INVALID"]}}
    pipeline = complete(PIPED).pipelines.get()
    before = pipeline.pipeline_info
    saved(PipelineSerializer(pipeline, data=PipelineSerializer(pipeline).data))
    assert pipeline.pipeline_info == before != {}


@pytest.mark.parametrize("strategy", ["WORKFLOW_PIPELINE", "workflow_pipeline", 2, "2"])
def test_a_strategy_is_taken_by_number_and_by_name(strategy):
    assert saved(WorkFlowSerializer(data={"name_en": "W", "strategy": strategy})).strategy == 2


def test_a_partial_update_of_a_stage_keeps_what_it_does_not_name():
    workflow = complete(STAGED)
    stage = stage_of(workflow)
    approvals = stage.stage_info["approvals"]
    saved(StageSerializer(stage, data={"stage_info": {"color": "#123456"}}, partial=True))
    assert stage.stage_info == {"color": "#123456", "approvals": approvals}
    assert stored(workflow) == ("active", True)
    saved(StageSerializer(stage, data={"stage_info": None}, partial=True))
    assert stage.stage_info == {"color": "#123456", "approvals": approvals}
    saved(StageSerializer(stage, data={"stage_info": {"color": None}}, partial=True))
    assert stage.stage_info == {"approvals": approvals}


def test_a_whole_update_takes_the_info_as_it_is_given():
    stage = stage_of(complete(STAGED))
    before = stage.stage_info
    saved(StageSerializer(stage, data={"name_en": "S"}))
    assert stage.stage_info == before
    saved(StageSerializer(stage, data={"name_en": "S", "stage_info": {"color": "#123456"}}))
    assert stage.stage_info == {"color": "#123456"}
    saved(StageSerializer(stage, data={"name_en": "S", "stage_info": None}))
    assert stage.stage_info == {}


def test_an_empty_info_in_a_partial_update_of_the_others_changes_nothing():
    pipeline, flat = complete(PIPED).pipelines.get(), complete(3)
    before = pipeline.pipeline_info, flat.workflow_info
    saved(PipelineSerializer(pipeline, data={"pipeline_info": {}}, partial=True))
    saved(WorkFlowSerializer(flat, data={"workflow_info": {}}, partial=True))
    assert (pipeline.pipeline_info, WorkFlow.objects.get(pk=flat.pk).workflow_info) == before
