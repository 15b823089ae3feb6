"""Nothing of a frozen version is saved or deleted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

ACTION = {"action_type": "after_approve", "function_path": "tests.testapp.workflow_actions.notify"}


@pytest.fixture
def template():
    workflow = template_for(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[by_user(UserFactory())]])
    pipeline = workflow.pipelines.get()
    for owner in ({"workflow": workflow}, {"pipeline": pipeline}, {"stage": pipeline.stages.get()}):
        WorkflowAction.objects.create(**ACTION, **owner)
    return workflow


@pytest.fixture
def frozen(template):
    """The rows of the template's frozen version, by name."""
    workflow = attach_workflow_to_object(DocumentFactory(), template).workflow
    pipeline = workflow.pipelines.get()
    stage = pipeline.stages.get()
    rows = {"workflow": workflow, "pipeline": pipeline, "stage": stage}
    return rows | {f"action of the {name}": row.actions.get() for name, row in rows.items()}


ROWS = [
    "workflow",
    "pipeline",
    "stage",
    "action of the workflow",
    "action of the pipeline",
    "action of the stage",
]


def refused_as_frozen():
    return pytest.raises(ValidationError, check=lambda error: error.code == "FROZEN")


@pytest.mark.parametrize("name", ROWS)
def test_a_frozen_row_is_not_saved(frozen, name):
    with unchanged(), refused_as_frozen():
        frozen[name].save()


@pytest.mark.parametrize("name", ROWS)
def test_a_frozen_row_is_not_deleted(frozen, name):
    with unchanged(), refused_as_frozen():
        frozen[name].delete()


def test_nothing_is_added_to_a_frozen_version(frozen):
    workflow, pipeline, stage = frozen["workflow"], frozen["pipeline"], frozen["stage"]
    added = [
        Pipeline(workflow=workflow, name_en="New"),
        Stage(pipeline=pipeline, name_en="New"),
        WorkflowAction(workflow=workflow, **ACTION),
        WorkflowAction(pipeline=pipeline, **ACTION),
        WorkflowAction(stage=stage, **ACTION),
    ]
    for row in added:
        with unchanged(), refused_as_frozen():
            row.save()


def test_a_frozen_version_is_not_thawed_by_its_own_flag(frozen):
    frozen["workflow"].is_hidden = False
    with unchanged(), refused_as_frozen():
        frozen["workflow"].save()


def test_rows_are_not_moved_out_of_a_frozen_version(frozen, template):
    pipeline, stage = frozen["pipeline"], frozen["stage"]
    action = frozen["action of the workflow"]
    pipeline.workflow, pipeline.order = template, 7
    stage.pipeline, stage.order = template.pipelines.get(), 7
    action.workflow = template
    for row in (pipeline, stage, action):
        with unchanged(), refused_as_frozen():
            row.save()


def test_the_template_itself_is_edited_and_cut_freely_while_a_version_runs(frozen, template):
    template.description = "New"
    template.save()
    WorkflowAction.objects.filter(workflow=template).get().delete()
    template.pipelines.get().stages.get().delete()
    template.pipelines.get().delete()
    assert frozen["stage"].pipeline.workflow.description == ""
    assert Stage.objects.get() == frozen["stage"]
