"""Sending a run back to the current or an earlier position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import gateway, steps
from django_workflow_engine.choices import ActionType, EventKind, StepOutcome
from django_workflow_engine.definitions.tree import PipelineNode, StageNode
from django_workflow_engine.errors import InvalidInput, NotFound
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.actors import check_reason
from django_workflow_engine.services.progression import go_back
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.seats import Decision, take_seat
from django_workflow_engine.strategies import Position
from django_workflow_engine.transactions import verb
from django_workflow_engine.transitions import Verb

_NODES: Final[Mapping[type[Model], type[Any]]] = {Stage: StageNode, Pipeline: PipelineNode}


@verb
def request_resubmission(
    *, step_id: Any, actor: Any, reason: str, stage_id: Any = None, pipeline_id: Any = None
) -> Decision:
    """Send the run back to a position that it has reached, from where it goes on again; a reason is required.

    `stage_id` names a stage, `pipeline_id` a pipeline where approvals sit on pipelines; without them it is the current
    position again. The id may be that of the template's own row: then the one that was copied from it is meant,
    wherever the template has it by now.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden, ValueMissing,
    InvalidInput for a position ahead or two positions, and NoApprover when nobody could decide there.
    """
    seat = take_seat(step_id, actor, permission="reject_workflow", verb=Verb.SEND_BACK)
    text = check_reason(reason, _("Say what has to be changed."))
    run, left = seat.run, seat.run.position
    position = _named(run, stage_id, pipeline_id) or left
    seat.close(seat.others)
    gateway.send_back(seat.step, actor=actor, comment=text)
    seat.note(EventKind.RESUBMISSION_REQUESTED, comment=text, entered=position)
    seat.note_closed(seat.others)
    run.fire(ActionType.AFTER_RESUBMISSION, left, stage=left.stage_id, comments=text)
    transitions.apply(Verb.SEND_BACK, run.attachment)
    way = go_back(run, position, number=steps.number_after(seat.step))
    completed = way.position is None
    return seat.done(StepOutcome.WORKFLOW_COMPLETED if completed else StepOutcome.RESUBMISSION_REQUESTED)


def _named(run: WorkflowRun, stage_id: Any, pipeline_id: Any) -> Position | None:
    """The position that the caller names, or None."""
    if stage_id is not None and pipeline_id is not None:
        raise InvalidInput(_("Name a stage or a pipeline, not both."), path=("pipeline_id",))
    if stage_id is not None:
        return _earlier(run, "stage_id", Stage, stage_id)
    return None if pipeline_id is None else _earlier(run, "pipeline_id", Pipeline, pipeline_id)


def _earlier(run: WorkflowRun, name: str, model: type[Model], value: Any) -> Position:
    """The position of this stage or pipeline, at or before the current one."""
    key = to_primary_key(model, value)
    index = None if key is None else _index_of(run, model, key)
    if index is None:
        raise NotFound(_("This run has no such position."), path=(name,))
    here = run.route.index(pipeline_id=run.position.pipeline_id, stage_id=run.position.stage_id)
    if here is None or index > here:
        raise InvalidInput(_("A run is not sent ahead."), path=(name,))
    return run.route.positions[index]


def _index_of(run: WorkflowRun, model: type[Model], key: Any) -> int | None:
    """The place of a node of this version, or of the template's node that it was copied from."""
    for index, position in enumerate(run.route.positions):
        node = position.holder
        if isinstance(node, _NODES[model]) and key in (node.id, node.origin_id):
            return index
    return None
