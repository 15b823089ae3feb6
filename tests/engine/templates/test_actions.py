"""Adding, changing and deleting actions, and creating whole templates with them."""

from __future__ import annotations

import pytest

from django_workflow_engine.definitions.changes import ActionChanges
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow, WorkflowAction
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_action,
    create_workflow,
    delete_action,
    update_action,
)
from tests.engine.templates.trees import (
    FROZEN,
    INVALID,
    NO_ROW,
    NOT_FOUND,
    NOTIFY,
    REQUIRED,
    STAGED,
    UNREGISTERED,
    complete,
    notify,
    refused,
    stage_of,
    statements,
)
from tests.factories import DocumentFactory, UserFactory, by_self

pytestmark = pytest.mark.django_db

BROKEN = ActionSpec(action_type="someday", function_path="os.system", parameters=[1], order=-1)
BROKEN_AT = [
    (INVALID, ("order",)),
    (INVALID, ("action_type",)),
    (INVALID, ("parameters",)),
    (UNREGISTERED, ("function_path",)),
]


@pytest.fixture
def owners():
    """The template, its pipeline and its stage under the names of the verb's arguments."""
    workflow = complete(STAGED)
    return {
        "workflow_id": workflow.pk,
        "pipeline_id": workflow.pipelines.get().pk,
        "stage_id": stage_of(workflow).pk,
    }


def test_a_template_is_created_with_actions_on_every_level():
    stage = StageSpec(name_en="S", approvals=[by_self()], actions=[notify(order=3), notify(), notify(order=3)])
    pipeline = PipelineSpec(name_en="P", stages=[stage], actions=[notify(parameters={"to": ["a"]})])
    spec = WorkflowSpec(name_en="W", pipelines=[pipeline], actions=[notify(is_active=False)])
    tree = create_workflow(spec=spec).tree()
    assert [action.is_active for action in tree.actions] == [False]
    assert [action.parameters for action in tree.pipelines[0].actions] == [{"to": ["a"]}]
    assert [action.order for action in tree.stages[0].actions] == [3, 3, 4]


def test_every_fault_of_a_template_s_actions_is_told_at_once_with_its_path():
    stage = StageSpec(name_en="S", actions=[notify(), BROKEN])
    pipeline = PipelineSpec(name_en="P", stages=[stage], actions=[notify(function_path="")])
    spec = WorkflowSpec(name_en="W", pipelines=[pipeline], actions=[notify(function_path="x" * 256)])
    below = ("pipelines", "0")
    assert sorted(refused(create_workflow, spec=spec), key=str) == sorted(
        [
            *((code, (*below, "stages", "0", "actions", "1", *at)) for code, at in BROKEN_AT),
            (REQUIRED, (*below, "actions", "0", "function_path")),
            (INVALID, ("actions", "0", "function_path")),
            (UNREGISTERED, ("actions", "0", "function_path")),
        ],
        key=str,
    )


def test_a_place_takes_fifty_actions_and_no_more(owners):
    spec = WorkflowSpec(name_en="W", actions=[notify()] * 51)
    assert refused(create_workflow, spec=spec) == [(INVALID, ("actions",))]
    workflow = create_workflow(spec=WorkflowSpec(name_en="W", actions=[notify()] * 50))
    for order in (None, 3):
        faults = refused(create_action, action=notify(order=order), workflow_id=workflow.pk)
        assert faults == [(INVALID, ("action",))]


@pytest.mark.parametrize("field", ["workflow_id", "pipeline_id", "stage_id"])
def test_an_action_is_added_to_one_of_the_three_behind_its_last_one(owners, field):
    actor = UserFactory()
    orders = [
        create_action(action=notify(**fields), actor=actor, **{field: owners[field]}).order
        for fields in ({}, {"order": 4}, {}, {"order": 4})
    ]
    assert orders == [0, 4, 5, 4]
    action = WorkflowAction.objects.earliest("pk")
    assert getattr(action, field) == owners[field]
    assert (action.action_type, action.function_path, action.parameters) == ("after_approve", NOTIFY, {})
    assert WorkFlow.objects.get().modified_by == actor


def test_an_action_needs_exactly_one_owner(owners):
    assert refused(create_action, action=notify()) == [(REQUIRED, ("workflow_id",))]
    assert refused(create_action, action=notify(), **owners) == [(INVALID, ("pipeline_id",))]
    del owners["pipeline_id"]
    assert refused(create_action, action=notify(), **owners) == [(INVALID, ("stage_id",))]


@pytest.mark.parametrize("field", ["workflow_id", "pipeline_id", "stage_id"])
def test_an_owner_that_does_not_exist_is_not_found(field):
    for key in (NO_ROW, "nothing"):
        assert refused(create_action, action=notify(), **{field: key}) == [(NOT_FOUND, (field,))]


def test_every_fault_of_a_new_action_is_told_in_the_words_of_the_input(owners):
    faults = refused(create_action, action=BROKEN, stage_id=owners["stage_id"])
    assert faults == [(code, ("action", *at)) for code, at in BROKEN_AT]


def test_an_action_s_values_are_changed_and_the_others_stay(owners):
    action = create_action(action=notify(parameters={"to": ["a"]}), stage_id=owners["stage_id"])
    update_action(id=action.pk, changes=ActionChanges(is_active=False))
    update_action(id=str(action.pk), changes=ActionChanges(action_type="after_reject", order=9))
    action.refresh_from_db()
    assert (action.action_type, action.order, action.is_active) == ("after_reject", 9, False)
    assert (action.function_path, action.parameters) == (NOTIFY, {"to": ["a"]})
    update_action(id=action.pk, changes=ActionChanges(parameters=None))
    action.refresh_from_db()
    assert action.parameters == {}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("action_type", None, REQUIRED),
        ("action_type", "AFTER_APPROVE", INVALID),
        ("function_path", None, REQUIRED),
        ("function_path", "subprocess.run", UNREGISTERED),
        ("parameters", {"x": "\ud800"}, INVALID),
        ("parameters", "text", INVALID),
        ("order", None, REQUIRED),
        ("order", 2**31, INVALID),
        ("is_active", None, REQUIRED),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_at_its_field(owners, field, value, code):
    action = create_action(action=notify(), pipeline_id=owners["pipeline_id"])
    assert refused(update_action, id=action.pk, changes=ActionChanges(**{field: value})) == [(code, (field,))]


def test_an_action_whose_function_went_may_be_switched_off_and_deleted(owners):
    action = create_action(action=notify(), workflow_id=owners["workflow_id"])
    WorkflowAction.objects.update(function_path="shop.gone")
    update_action(id=action.pk, changes=ActionChanges(is_active=False))
    delete_action(id=action.pk)
    assert not WorkflowAction.objects.exists()


@pytest.mark.parametrize("field", ["workflow_id", "pipeline_id", "stage_id"])
def test_an_action_is_deleted_alone(owners, field):
    kept, gone = (create_action(action=notify(), **{field: owners[field]}) for _ in range(2))
    delete_action(id=gone.pk)
    assert list(WorkflowAction.objects.all()) == [kept]


def test_the_actions_of_a_frozen_version_refuse_everything(owners):
    for field, key in owners.items():
        create_action(action=notify(), **{field: key})
    template = WorkFlow.objects.get()
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), template).workflow
    pipeline = version.pipelines.get()
    frozen = {"workflow_id": version, "pipeline_id": pipeline, "stage_id": pipeline.stages.get()}
    for field, row in frozen.items():
        assert refused(create_action, action=notify(), **{field: row.pk}) == [(FROZEN, (field,))]
        action = row.actions.get()
        assert refused(update_action, id=action.pk, changes=ActionChanges(order=9)) == [(FROZEN, ("id",))]
        assert refused(delete_action, id=action.pk) == [(FROZEN, ("id",))]


@pytest.mark.parametrize("key", [NO_ROW, "nothing", None])
def test_an_action_that_does_not_exist_is_not_found(key):
    assert refused(update_action, id=key, changes=ActionChanges()) == [(NOT_FOUND, ("id",))]
    assert refused(delete_action, id=key) == [(NOT_FOUND, ("id",))]


def test_the_verbs_cost_the_same_for_every_size():
    costs = []
    for size in (2, 30):
        workflow = complete(STAGED, size, actions=[notify()] * size)
        action = workflow.actions.first()
        costs.append(
            (
                statements(create_action, action=notify(), workflow_id=workflow.pk),
                statements(update_action, id=action.pk, changes=ActionChanges(order=70)),
                statements(delete_action, id=action.pk),
            )
        )
    assert costs[0] == costs[1]
