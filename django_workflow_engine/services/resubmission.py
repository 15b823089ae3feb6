"""Sending a run back to the current or an earlier position."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import gateway
from django_workflow_engine.choices import ActionType, EventKind, StepOutcome
from django_workflow_engine.errors import InvalidInput, NotFound
from django_workflow_engine.models import Stage
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.progression import Run, enter
from django_workflow_engine.services.seats import Decision, check_reason, take_seat
from django_workflow_engine.strategies import Position
from django_workflow_engine.transitions import Verb


@transaction.atomic
def request_resubmission(*, step_id: Any, actor: Any, reason: str, stage_id: Any = None) -> Decision:
    """Send the run back to a stage that it has reached, from where it goes on again; a reason is required.

    Without `stage_id` it is the current position again. The id may be that of the template's own stage, which is
    understood as its counterpart in the version that runs.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden, ValueMissing,
    InvalidInput for a stage ahead, and NoApprover when nobody could decide there.
    """
    seat = take_seat(step_id, actor, permission="reject_workflow", verb=Verb.SEND_BACK)
    check_reason(reason, _("Say what has to be changed."))
    run, left = seat.run, seat.run.position
    position = left if stage_id is None else _earlier(run, stage_id)
    gateway.close_steps(seat.others, decided_by=actor)
    gateway.send_back(seat.step, actor=actor, comment=reason)
    seat.note(EventKind.RESUBMISSION_REQUESTED, comment=reason, entered=position)
    seat.note_closed()
    run.fire(ActionType.AFTER_RESUBMISSION, left, stage=left.stage_id, comments=reason)
    transitions.apply(Verb.SEND_BACK, run.attachment)
    enter(run, position, number=seat.step.step_number + 1)
    return seat.done(StepOutcome.RESUBMISSION_REQUESTED)


def _earlier(run: Run, stage_id: Any) -> Position:
    """The position of this stage, at or before the current one."""
    key = to_primary_key(Stage, stage_id)
    index = _index_of(run, key) if key is not None else None
    if index is None:
        raise NotFound(_("This run has no such stage."), path=("stage_id",))
    here = run.route.index(pipeline_id=run.position.pipeline_id, stage_id=run.position.stage_id)
    if here is None or index > here:
        raise InvalidInput(_("A run is not sent ahead."), path=("stage_id",))
    return run.route.positions[index]


def _index_of(run: Run, stage_id: Any) -> int | None:
    """The place of a stage of this version, or of the template's stage that it was copied from."""
    for index, position in enumerate(run.route.positions):
        if position.stage_id is not None and position.stage_id == stage_id:
            return index
    return _index_of_counterpart(run, stage_id)


def _index_of_counterpart(run: Run, stage_id: Any) -> int | None:
    template_id = run.attachment.workflow.cloned_from_id
    stage = Stage.objects.filter(pk=stage_id, pipeline__workflow=template_id).select_related("pipeline").first()
    if template_id is None or stage is None:
        return None
    for index, position in enumerate(run.route.positions):
        pipeline, node = position.pipeline, position.stage
        if pipeline and node and (pipeline.order, node.order) == (stage.pipeline.order, stage.order):
            return index
    return None
