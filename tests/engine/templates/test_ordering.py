"""Putting pipelines and stages into a new order."""

from __future__ import annotations

import pytest

from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.services import attach_workflow_to_object, reorder_pipelines, reorder_stages
from tests.engine.templates.trees import (
    FROZEN,
    INVALID,
    NO_ROW,
    NOT_FOUND,
    PIPED,
    REQUIRED,
    STAGED,
    complete,
    refused,
    statements,
)
from tests.factories import DocumentFactory, UserFactory

pytestmark = pytest.mark.django_db


def keys(rows) -> list[int]:
    return list(rows.order_by("order").values_list("pk", flat=True))


@pytest.mark.parametrize("orders", [[0, 1, 2], [1, 2, 3], [0, 5, 2**31 - 1]])
def test_pipelines_take_the_orders_of_all_of_them_anew(orders):
    workflow, actor = complete(PIPED, 3), UserFactory()
    for pipeline, order in zip(workflow.pipelines.order_by("-order"), reversed(orders), strict=True):
        Pipeline.objects.filter(pk=pipeline.pk).update(order=order)
    first, second, third = keys(workflow.pipelines)
    rows = reorder_pipelines(workflow_id=workflow.pk, pipeline_ids=[str(third), first, second], actor=actor)
    assert [row.pk for row in rows] == keys(workflow.pipelines) == [third, first, second]
    assert list(workflow.pipelines.order_by("order").values_list("order", flat=True)) == orders
    workflow.refresh_from_db()
    assert workflow.modified_by == actor


def test_stages_take_the_orders_of_their_pipeline_and_the_others_stay():
    workflow = complete(STAGED, 4)
    first, second = workflow.pipelines.order_by("order")
    before = keys(first.stages)
    reorder_stages(pipeline_id=second.pk, stage_ids=list(reversed(keys(second.stages))))
    assert keys(first.stages) == before
    assert [stage.name_en for stage in second.stages.order_by("order")] == ["Stage 4", "Stage 3"]


def test_every_row_must_be_named_once():
    workflow, other = complete(PIPED, 3), complete(PIPED)
    first, second, third = keys(workflow.pipelines)
    stranger = other.pipelines.get().pk

    def faults(*ids):
        return refused(reorder_pipelines, workflow_id=workflow.pk, pipeline_ids=ids)

    assert faults(first, second) == [(REQUIRED, ("pipeline_ids",))]
    assert faults() == [(REQUIRED, ("pipeline_ids",))]
    assert faults(first, second, first) == [(INVALID, ("pipeline_ids", "2"))]
    assert faults(first, stranger, "x", third) == [
        (NOT_FOUND, ("pipeline_ids", "1")),
        (NOT_FOUND, ("pipeline_ids", "2")),
    ]


def test_what_does_not_exist_or_is_frozen_is_not_reordered():
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(STAGED)).workflow
    pipeline = version.pipelines.get()
    assert refused(reorder_pipelines, workflow_id=NO_ROW, pipeline_ids=[]) == [(NOT_FOUND, ("workflow_id",))]
    assert refused(reorder_stages, pipeline_id="x", stage_ids=[]) == [(NOT_FOUND, ("pipeline_id",))]
    frozen = refused(reorder_pipelines, workflow_id=version.pk, pipeline_ids=[pipeline.pk])
    assert frozen == [(FROZEN, ("workflow_id",))]
    stages = keys(pipeline.stages)
    assert refused(reorder_stages, pipeline_id=pipeline.pk, stage_ids=stages) == [(FROZEN, ("pipeline_id",))]


def test_a_template_without_pipelines_is_in_order():
    workflow = complete(PIPED)
    Stage.objects.all().delete()
    Pipeline.objects.all().delete()
    assert reorder_pipelines(workflow_id=workflow.pk, pipeline_ids=[]) == []


def test_reordering_costs_the_same_for_every_size():
    costs = set()
    for size in (2, 30):
        workflow = complete(PIPED, size)
        ids = list(reversed(keys(workflow.pipelines)))
        costs.add(statements(reorder_pipelines, workflow_id=workflow.pk, pipeline_ids=ids))
    assert len(costs) == 1
