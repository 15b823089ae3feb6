"""Edits of one template at the same moment wait for each other."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.changes import StageChanges
from django_workflow_engine.definitions.specs import PipelineSpec
from django_workflow_engine.errors import InUse, InvalidDefinition, NotFound
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_pipeline,
    delete_stage,
    delete_workflow,
    reorder_pipelines,
    update_stage,
)
from tests.engine.templates.trees import PIPED, STAGED, complete, stage_of, stored
from tests.factories import DocumentFactory, UserFactory, by_self
from tests.postgres.threads import ROUNDS, at_once, parted

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 6


def adding(workflow, **fields):
    spec = PipelineSpec(**{"name_en": "P", "approvals": [by_self()]} | fields)
    return partial(create_pipeline, workflow_id=workflow.pk, pipeline=spec)


def test_pipelines_added_at_once_stand_one_behind_the_other():
    for _ in range(ROUNDS):
        workflow = complete(PIPED)
        added, errors = parted(at_once([adding(workflow)] * THREADS))
        assert errors == []
        assert sorted(pipeline.order for pipeline in added) == list(range(1, THREADS + 1))


def test_one_of_many_gets_an_order_and_the_others_are_told_of_the_conflict():
    for _ in range(ROUNDS):
        workflow = complete(PIPED)
        (winner,), losers = parted(at_once([adding(workflow, order=7)] * THREADS))
        assert {type(error) for error in losers} == {InvalidDefinition}
        codes = [[(fault.code, fault.path) for fault in error.faults] for error in losers]
        assert codes == [[(ErrorCode.CONFLICT, ("pipeline", "order"))]] * (THREADS - 1)
        assert list(Pipeline.objects.filter(workflow=workflow, order=7)) == [winner]


def test_the_limit_of_pipelines_holds_when_many_are_added_at_once():
    workflow = complete(PIPED, 47)
    added, errors = parted(at_once([adding(workflow)] * THREADS))
    assert (len(added), len(errors)) == (3, THREADS - 3)
    assert workflow.pipelines.count() == 50


def test_a_template_whose_stages_go_at_once_ends_as_a_draft():
    for _ in range(ROUNDS):
        workflow = complete(STAGED, 4)
        stages = list(Stage.objects.filter(pipeline__workflow=workflow))
        calls = [partial(delete_stage, id=stage.pk) for stage in stages] * 2
        _done, errors = parted(at_once(calls))
        assert {type(error) for error in errors} == {NotFound}
        assert len(errors) == 4
        assert stored(workflow) == ("draft", False)


def test_changes_of_different_fields_at_once_are_all_kept():
    for _ in range(ROUNDS):
        stage = stage_of(complete(STAGED))
        changes = [StageChanges(name_en="New"), StageChanges(color="#123456"), StageChanges(form_info={"x": 1})]
        _done, errors = parted(at_once([partial(update_stage, id=stage.pk, changes=change) for change in changes]))
        assert errors == []
        stage.refresh_from_db()
        assert (stage.name_en, stage.form_info) == ("New", {"x": 1})
        assert stage.stage_info == {"color": "#123456", "approvals": [by_self()]}


def test_reorders_at_once_end_with_one_of_the_orders_asked_for():
    for _ in range(ROUNDS):
        workflow = complete(PIPED, 3)
        first, second, third = workflow.pipelines.order_by("order").values_list("pk", flat=True)
        wanted = [[first, third, second], [second, first, third], [third, second, first]]
        calls = [partial(reorder_pipelines, workflow_id=workflow.pk, pipeline_ids=ids) for ids in wanted]
        _done, errors = parted(at_once(calls))
        assert errors == []
        assert list(workflow.pipelines.order_by("order").values_list("pk", flat=True)) in wanted


def test_a_template_is_either_deleted_or_attached():
    for _ in range(ROUNDS):
        workflow, document = complete(STAGED), DocumentFactory(created_by=UserFactory())
        calls = [partial(delete_workflow, id=workflow.pk), partial(attach_workflow_to_object, document, workflow)]
        deletion, attachment = at_once(calls)
        exists = WorkFlow.objects.filter(pk=workflow.pk).exists()
        attached = WorkflowAttachment.objects.filter(object_id=document.pk, workflow__cloned_from=workflow).exists()
        assert exists == attached == isinstance(deletion, InUse) == isinstance(attachment, WorkflowAttachment)
