"""Adding, changing and deleting stages."""

from __future__ import annotations

import pytest

from django_workflow_engine.definitions.changes import StageChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import Stage, WorkFlow
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_stage,
    create_workflow,
    delete_stage,
    update_stage,
)
from tests.engine.templates.trees import (
    CONFLICT,
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
    stage_of,
    statements,
    stored,
)
from tests.factories import DocumentFactory, UserFactory, by_self, by_user
from tests.runs import approve

pytestmark = pytest.mark.django_db


def test_a_stage_is_added_behind_the_last_one_with_its_actions():
    workflow, actor = complete(STAGED, 2), UserFactory()
    spec = StageSpec(
        name_en=" Sign ",
        name_ar=" توقيع ",
        color="#A1b2C3",
        form_info={"fields": [1]},
        approvals=[by_user(actor)],
        actions=[notify(), notify(action_type="after_reject")],
    )
    stage = create_stage(pipeline_id=str(workflow.pipelines.get().pk), stage=spec, actor=actor)
    stage = Stage.objects.get(pk=stage.pk)
    assert (stage.name_en, stage.name_ar, stage.order, stage.is_active) == ("Sign", "توقيع", 2, True)
    assert stage.stage_info == {"color": "#A1b2C3", "approvals": [by_user(actor)]}
    assert stage.form_info == {"fields": [1]}
    assert list(stage.actions.order_by("order").values_list("action_type", "order")) == [
        ("after_approve", 0),
        ("after_reject", 1),
    ]
    assert (stored(workflow), WorkFlow.objects.get(pk=workflow.pk).modified_by) == (("active", True), actor)


def test_an_inactive_stage_without_approvals_leaves_the_template_active_and_an_active_one_does_not():
    workflow = complete(STAGED)
    pipeline = workflow.pipelines.get()
    create_stage(pipeline_id=pipeline.pk, stage=StageSpec(name_en="Later", is_active=False))
    assert stored(workflow) == ("active", True)
    stage = create_stage(pipeline_id=pipeline.pk, stage=StageSpec(name_en="Now"))
    assert stored(workflow) == stored(stage.pipeline.workflow) == ("draft", False)


def test_every_fault_of_a_new_stage_is_told_in_the_words_of_the_input():
    pipeline = complete(STAGED).pipelines.get()
    actions = [notify(function_path="os.system", parameters={"x": float("nan")}, order=-1)]
    spec = StageSpec(name_en=" ", order=0, color="red", approvals=[{"approval_type": "user"}], actions=actions)
    assert refused(create_stage, pipeline_id=pipeline.pk, stage=spec) == [
        (CONFLICT, ("stage", "order")),
        (REQUIRED, ("stage", "name_en")),
        (INVALID, ("stage", "color")),
        (REQUIRED, ("stage", "approvals", "0", "approval_user")),
        (INVALID, ("stage", "actions", "0", "order")),
        (INVALID, ("stage", "actions", "0", "parameters")),
        (UNREGISTERED, ("stage", "actions", "0", "function_path")),
    ]


def test_a_pipeline_of_strategy_2_takes_no_stage():
    pipeline = complete(PIPED).pipelines.get()
    faults = refused(create_stage, pipeline_id=pipeline.pk, stage=StageSpec(name_en="S", approvals=[by_self()]))
    assert set(faults) == {(STRATEGY, ("stage",)), (STRATEGY, ("stage", "approvals"))}


def test_a_pipeline_takes_fifty_stages_and_no_more():
    spec = WorkflowSpec(name_en="Long", pipelines=[PipelineSpec(name_en="P", number_of_stages=49)])
    pipeline = create_workflow(spec=spec).pipelines.get()
    assert create_stage(pipeline_id=pipeline.pk, stage=StageSpec(name_en="S")).order == 50
    faults = refused(create_stage, pipeline_id=pipeline.pk, stage=StageSpec(name_en="S"))
    assert faults == [(INVALID, ("stage",))]


def test_a_stage_s_own_values_are_changed_and_the_others_stay():
    stage = stage_of(complete(STAGED, 2))
    update_stage(id=stage.pk, changes=StageChanges(color="#ffffff", form_info=[1], order=7))
    changed = update_stage(id=stage.pk, changes=StageChanges(name_en="Sign"))
    stage.refresh_from_db()
    assert (stage.name_en, stage.order, stage.form_info, stage.is_active) == ("Sign", 7, [1], True)
    assert stage.stage_info == changed.stage_info == {"color": "#ffffff", "approvals": [by_self()]}
    update_stage(id=stage.pk, changes=StageChanges(color=None, form_info=None, name_ar=None))
    stage.refresh_from_db()
    assert (stage.stage_info, stage.form_info, stage.name_ar) == ({"approvals": [by_self()]}, {}, "")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name_en", None, REQUIRED),
        ("order", None, REQUIRED),
        ("order", 1, CONFLICT),
        ("color", "#fff", INVALID),
        ("is_active", None, REQUIRED),
        ("is_active", "yes", INVALID),
        ("form_info", {"x": "\x00"}, INVALID),
        ("form_info", {"x": {1, 2}}, INVALID),
        ("approvals", None, REQUIRED),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_at_its_field(field, value, code):
    stage = stage_of(complete(STAGED, 2))
    assert refused(update_stage, id=stage.pk, changes=StageChanges(**{field: value})) == [(code, (field,))]


def test_an_approver_who_does_not_exist_is_refused_at_its_key():
    stage = stage_of(complete(STAGED))
    approvals = [by_self(), {"approval_type": "user", "approval_user": NO_ROW}]
    faults = refused(update_stage, id=stage.pk, changes=StageChanges(approvals=approvals))
    assert faults == [(NOT_FOUND, ("approvals", "1", "approval_user"))]


@pytest.mark.parametrize("changes", [StageChanges(is_active=False), StageChanges(approvals=[])])
def test_an_active_template_that_loses_its_completeness_becomes_a_draft(changes):
    workflow = complete(STAGED)
    update_stage(id=stage_of(workflow).pk, changes=changes)
    assert stored(workflow) == ("draft", False)


def test_a_template_that_was_active_before_it_was_complete_stays_so_while_it_is_being_built():
    spec = WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en="P", number_of_stages=2)])
    workflow = create_workflow(spec=spec, active_once_complete=True)
    for number in range(2):
        update_stage(id=stage_of(workflow, number).pk, changes=StageChanges(approvals=[by_self()]))
        assert stored(workflow) == ("active", True)
    document = DocumentFactory(created_by=UserFactory())
    assert attach_workflow_to_object(document, workflow).status == "in_progress"


def test_an_inactive_template_stays_inactive_whatever_is_edited():
    workflow = complete(STAGED, 2, status="inactive")
    delete_stage(id=stage_of(workflow).pk)
    delete_stage(id=stage_of(workflow).pk)
    assert stored(workflow) == ("inactive", False)


def test_a_stage_is_deleted_with_its_actions_and_the_status_follows():
    workflow = complete(STAGED, 2)
    first = stage_of(workflow)
    delete_stage(id=first.pk)
    assert (stored(workflow), Stage.objects.count()) == (("active", True), 1)
    delete_stage(id=stage_of(workflow).pk)
    assert (stored(workflow), Stage.objects.count()) == (("draft", False), 0)


def test_a_stage_on_which_a_run_of_the_template_itself_stands_is_in_use():
    boss = UserFactory()
    workflow, document = complete(STAGED, 2), DocumentFactory(created_by=boss)
    attach_workflow_to_object(document, workflow, disable_clone=True)
    first, second = stage_of(workflow, 0), stage_of(workflow, 1)
    assert refused(delete_stage, id=first.pk) == [(IN_USE, ("id",))]
    assert refused(update_stage, id=first.pk, changes=StageChanges(is_active=False)) == [(IN_USE, ("is_active",))]
    approve(document, boss)
    update_stage(id=first.pk, changes=StageChanges(is_active=False))
    delete_stage(id=first.pk)
    approve(document, boss)
    assert refused(delete_stage, id=second.pk) == [(IN_USE, ("id",))]
    update_stage(id=second.pk, changes=StageChanges(is_active=False))


def test_the_stages_of_a_frozen_version_refuse_everything():
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(STAGED)).workflow
    stage = stage_of(version)
    spec = StageSpec(name_en="New")
    assert refused(create_stage, pipeline_id=stage.pipeline_id, stage=spec) == [(FROZEN, ("pipeline_id",))]
    assert refused(update_stage, id=stage.pk, changes=StageChanges(name_en="X")) == [(FROZEN, ("id",))]
    assert refused(delete_stage, id=stage.pk) == [(FROZEN, ("id",))]


@pytest.mark.parametrize("key", [NO_ROW, "nothing", None])
def test_a_stage_that_does_not_exist_is_not_found(key):
    assert refused(create_stage, pipeline_id=key, stage=StageSpec(name_en="S")) == [(NOT_FOUND, ("pipeline_id",))]
    assert refused(update_stage, id=key, changes=StageChanges()) == [(NOT_FOUND, ("id",))]
    assert refused(delete_stage, id=key) == [(NOT_FOUND, ("id",))]


def test_the_verbs_cost_the_same_for_every_size():
    costs = []
    for size in (2, 30):
        workflow = complete(STAGED, size)
        pipeline, stage = workflow.pipelines.earliest("order"), stage_of(workflow)
        new = StageSpec(name_en="S", actions=[notify()] * size)
        costs.append(
            (
                statements(create_stage, pipeline_id=pipeline.pk, stage=new),
                statements(update_stage, id=stage.pk, changes=StageChanges(name_en="S")),
                statements(delete_stage, id=stage.pk),
            )
        )
    assert costs[0] == costs[1]
