"""The pipelines of a template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django_workflow_engine.definitions.bounds import MAX_PIPELINES
from django_workflow_engine.definitions.building import in_order
from django_workflow_engine.definitions.changes import PipelineChanges
from django_workflow_engine.definitions.specs import PipelineSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault
from django_workflow_engine.models import Pipeline, WorkFlow
from django_workflow_engine.services.templates.activity import edited
from django_workflow_engine.services.templates.checking import (
    check_changes,
    check_kind,
    check_spec,
    department_type_id,
    info_faults,
    order_after,
    raise_faults,
    relocated,
    sibling_faults,
)
from django_workflow_engine.services.templates.locking import locked_pipeline, locked_workflow
from django_workflow_engine.services.templates.workflows import with_departments
from django_workflow_engine.services.templates.writing import columns_of, delete, write
from django_workflow_engine.services.versions import write_content
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import verb

_ALONE: Final = "-"  # the name of the workflow in which a pipeline is checked by itself


@verb
def create_pipeline(*, workflow_id: Any, pipeline: PipelineSpec, actor: Any = None) -> Pipeline:
    """Add a pipeline with all below it, behind the last one unless its order says otherwise.

    Raises NotFound, Frozen, and InvalidDefinition with every fault below ("pipeline",); an order that another
    pipeline has is a CONFLICT.
    """
    check_kind(pipeline, PipelineSpec, "pipeline")
    workflow = locked_workflow(workflow_id, path=("workflow_id",))
    tree, faults = check_new_pipeline(workflow, pipeline)
    raise_faults(faults)
    with edited(workflow, actor):
        write_content(workflow, in_order(with_departments(tree)))
    return Pipeline.objects.select_related("workflow").get(workflow=workflow, order=tree.pipelines[0].order)


@verb
def update_pipeline(*, id: Any, changes: PipelineChanges, actor: Any = None) -> Pipeline:
    """Change a pipeline's own values.

    Raises NotFound, Frozen, and InvalidDefinition with every fault; an order that another pipeline has is a CONFLICT.
    """
    check_kind(changes, PipelineChanges, "changes")
    pipeline = locked_pipeline(id, path=("id",))
    values, faults = check_pipeline_changes(pipeline, changes)
    raise_faults(faults)
    if "department_id" in values:
        values["department_content_type_id"] = None if values["department_id"] is None else department_type_id()
    with edited(pipeline.workflow, actor):
        write(pipeline, columns_of(values, PipelineSpec, pipeline, "pipeline_info"))
    return pipeline


@verb
def delete_pipeline(*, id: Any, actor: Any = None) -> None:
    """Delete a pipeline with all below it.

    Raises NotFound, Frozen, and InUse when a run on the template itself stands, or ended, there.
    """
    pipeline = locked_pipeline(id, path=("id",))
    with edited(pipeline.workflow, actor):
        delete(pipeline)


def check_new_pipeline(workflow: WorkFlow, pipeline: PipelineSpec) -> tuple[WorkflowTree, list[Fault]]:
    """A tree that holds the new pipeline alone, and everything that is wrong with it beside the stored ones."""
    taken = _orders(workflow)
    placed = pipeline if pipeline.order is not None else replace(pipeline, order=order_after(taken))
    misplaced = sibling_faults(pipeline.order, taken, MAX_PIPELINES, ("pipeline",))
    spec = WorkflowSpec(name_en=_ALONE, strategy=strategy_for(workflow.strategy).value, pipelines=[placed])
    tree, faults = check_spec(spec, into=workflow)
    return tree, [*misplaced, *relocated(faults, inside=("pipelines", "0"), to=("pipeline",))]


def check_pipeline_changes(pipeline: Pipeline, changes: PipelineChanges) -> tuple[dict[str, Any], list[Fault]]:
    """The values to store and everything that is wrong with these changes of a pipeline."""
    strategy = strategy_for(pipeline.workflow.strategy)
    taken = _orders(pipeline.workflow) - {pipeline.order}
    values, faults = check_changes(changes, level="pipeline", strategy=strategy, taken=taken)
    beside = info_faults(pipeline.workflow, values, pipeline.pipeline_info, level="pipeline", spec=PipelineSpec)
    return values, [*faults, *beside]


def _orders(workflow: WorkFlow) -> set[int]:
    return set(Pipeline.objects.filter(workflow=workflow).values_list("order", flat=True))
