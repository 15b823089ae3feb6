"""The stages of a pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.choices import RUNNING
from django_workflow_engine.definitions.bounds import MAX_STAGES
from django_workflow_engine.definitions.changes import StageChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import StageNode
from django_workflow_engine.errors import Fault, InUse
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import Pipeline, Stage, WorkflowAttachment
from django_workflow_engine.services.templates.activity import edited
from django_workflow_engine.services.templates.checking import (
    check_changes,
    check_kind,
    check_spec,
    info_faults,
    order_after,
    raise_faults,
    relocated,
    sibling_faults,
)
from django_workflow_engine.services.templates.locking import locked_pipeline, locked_stage
from django_workflow_engine.services.templates.writing import columns_of, delete, write
from django_workflow_engine.services.versions import stage_row, write_actions
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import verb

_ALONE: Final = "-"  # the names of the workflow and the pipeline in which a stage is checked by itself


@verb
def create_stage(*, pipeline_id: Any, stage: StageSpec, actor: Any = None) -> Stage:
    """Add a stage with its actions, behind the pipeline's last one unless its order says otherwise.

    Raises NotFound, Frozen, and InvalidDefinition with every fault below ("stage",); an order that another stage of
    the pipeline has is a CONFLICT.
    """
    check_kind(stage, StageSpec, "stage")
    pipeline = locked_pipeline(pipeline_id, path=("pipeline_id",))
    node, faults = check_new_stage(pipeline, stage)
    raise_faults(faults)
    with edited(pipeline.workflow, actor):
        row = stage_row(pipeline, node)
        write(row, {})
        write_actions([(node.actions, {"stage": row})])
    return row


@verb
def update_stage(*, id: Any, changes: StageChanges, actor: Any = None) -> Stage:
    """Change a stage's own values.

    Raises NotFound, Frozen, InvalidDefinition with every fault, where an order that another stage of the pipeline has
    is a CONFLICT, and InUse when a stage on which a run of the template itself stands shall be skipped.
    """
    check_kind(changes, StageChanges, "changes")
    stage = locked_stage(id, path=("id",))
    values, faults = check_stage_changes(stage, changes)
    raise_faults(faults)
    if stage.is_active and not values.get("is_active", True):
        _ensure_nobody_stands_on(stage)
    with edited(stage.pipeline.workflow, actor):
        write(stage, columns_of(values, StageSpec, stage, "stage_info"))
    return stage


@verb
def delete_stage(*, id: Any, actor: Any = None) -> None:
    """Delete a stage with its actions.

    Raises NotFound, Frozen, and InUse when a run on the template itself stands, or ended, there.
    """
    stage = locked_stage(id, path=("id",))
    with edited(stage.pipeline.workflow, actor):
        delete(stage)


def check_new_stage(pipeline: Pipeline, stage: StageSpec) -> tuple[StageNode, list[Fault]]:
    """The new stage, and everything that is wrong with it beside the stored ones."""
    taken = _orders(pipeline)
    placed = stage if stage.order is not None else replace(stage, order=order_after(taken))
    misplaced = sibling_faults(stage.order, taken, MAX_STAGES, ("stage",))
    strategy = strategy_for(pipeline.workflow.strategy).value
    around = PipelineSpec(name_en=_ALONE, stages=[placed])
    spec = WorkflowSpec(name_en=_ALONE, strategy=strategy, pipelines=[around])
    tree, faults = check_spec(spec, into=pipeline.workflow)
    inside = ("pipelines", "0", "stages", "0")
    return tree.stages[0], [*misplaced, *relocated(faults, inside=inside, to=("stage",))]


def check_stage_changes(stage: Stage, changes: StageChanges) -> tuple[dict[str, Any], list[Fault]]:
    """The values to store and everything that is wrong with these changes of a stage."""
    workflow, taken = stage.pipeline.workflow, _orders(stage.pipeline) - {stage.order}
    values, faults = check_changes(changes, level="stage", strategy=strategy_for(workflow.strategy), taken=taken)
    beside = info_faults(workflow, values, stage.stage_info, level="stage", spec=StageSpec)
    return values, [*faults, *beside]


def _ensure_nobody_stands_on(stage: Stage) -> None:
    running = WorkflowAttachment.objects.filter(current_stage=stage, status__in=RUNNING)
    if running.exists():
        raise InUse(_("A run stands on “%s”.") % isolated(stage), path=("is_active",))


def _orders(pipeline: Pipeline) -> set[int]:
    return set(Stage.objects.filter(pipeline=pipeline).values_list("order", flat=True))
