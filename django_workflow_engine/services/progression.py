"""How a run moves along its route."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import assignees, completion, gateway, steps
from django_workflow_engine.approvals.active import active_user
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.approvals.gateway import Together
from django_workflow_engine.approvals.known_people import CommonPeople
from django_workflow_engine.approvals.permitted import askable_among, because
from django_workflow_engine.choices import ActionType, EventKind, StepOutcome
from django_workflow_engine.conditions.judging import read_ahead
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover, NotInProgress, Path, WorkflowIncomplete
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import hooks, object_fields
from django_workflow_engine.services.fallbacks import note_fallback, together_with
from django_workflow_engine.services.refusals import each
from django_workflow_engine.services.routing import Way, way_through, way_within
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.skipping import check_somebody_was_asked, leave_skipped, pass_over
from django_workflow_engine.services.timers import drop_timers, timers_of
from django_workflow_engine.strategies import Position
from django_workflow_engine.transitions import Verb


def check_object_is_there(run: WorkflowRun) -> None:
    """Raise NotInProgress for a run whose object is gone, which can only be cancelled."""
    if run.target is None:
        raise object_gone(run.path)


def object_gone(path: Path) -> NotInProgress:
    """The refusal, with this path, of a run whose object is gone."""
    return NotInProgress(_("The object of this workflow is gone; the run can only be cancelled."), path=path)


def begin(runs: Sequence[WorkflowRun]) -> None:
    """Put runs that have not started, all on one version, where they are asked first; their flows are claimed.

    Raises WorkflowIncomplete, and Refused with what each run is refused for.
    """
    each(runs, _check_may_begin)
    route = runs[0].route
    if route.first is None:
        raise WorkflowIncomplete(_("The workflow has no position to start on."), path=runs[0].path)
    read_ahead(route.conditions, [run.target for run in runs])
    common, now = CommonPeople(route.asked_first), timezone.now()
    each(runs, lambda run: _begin(run, common, now))


def _check_may_begin(run: WorkflowRun) -> None:
    transitions.check(Verb.START, run.attachment)
    hooks.before_start(run.attachment, run.actor, run.configuration)


def _begin(run: WorkflowRun, common: CommonPeople, now: datetime) -> None:
    attachment = run.attachment
    way = way_through(run.route.positions, run.facts)
    first = way.position
    attachment.started_at = now
    attachment.started_by = run.actor or attachment.started_by
    run.requesters |= run.own_people()
    run.journal.add(EventKind.STARTED, entered=first, details=way.details)
    places = {"initial_stage": first and first.stage_id, "initial_pipeline": first and first.pipeline_id}
    run.fire(ActionType.ON_WORKFLOW_START, first, **places)
    pass_over(run, way)
    transitions.apply(Verb.START, attachment)
    if first is None:
        _complete(run, None)
    else:
        enter(run, first, way.approvals, number=attachment.first_step_number, common=common)


def go_back(run: WorkflowRun, position: Position, *, number: int) -> Way:
    """Go on from an earlier position, or the current one again: the first from there that is asked.

    The run completes where nothing is asked any more; refused when one of the approvals there has no approver.
    """
    leave_skipped(run, before=position)
    way = way_through(run.route.onwards(position), run.facts)
    pass_over(run, way)
    if way.position is None:
        _complete(run, run.position)
    else:
        enter(run, way.position, way.approvals, number=number)
    return way


def enter(
    run: WorkflowRun,
    position: Position,
    approvals: Sequence[ApprovalConfiguration],
    *,
    number: int,
    common: CommonPeople | None = None,
) -> None:
    """Stand on a position and open these approvals of it, or the first; refused when one of them has no approver."""
    assignments = _assign(run, position, approvals, common, now=None if position.asks_at_once else 1)
    run.attachment.current_pipeline_id = position.pipeline_id
    run.attachment.current_stage_id = position.stage_id
    if position.asks_at_once:
        _ask_together(run, assignments, first=number)
    else:
        _ask(run, assignments[0], number=number)
    run.entered = position


def finish_approval(run: WorkflowRun, step: Step, elsewhere: Sequence[Step]) -> StepOutcome:
    """Go on after an approval is complete: the position's next approval, the next position, or the end.

    `elsewhere` are the open seats of the approvals that are asked at the same time, which wait for their own decision
    until so many are complete that the others are needless.
    """
    position, number = run.position, steps.number_after(step)
    run.fire(ActionType.AFTER_APPROVE, position, stage=position.stage_id)
    if not _are_enough(position, step, elsewhere):
        return StepOutcome.STEP_APPROVED
    gateway.close_steps(elsewhere, decided_by=run.actor)
    for other in elsewhere:
        run.journal.add(EventKind.SEAT_CLOSED, step=other, left=position)
    within = _way_within(run, step)
    pass_over(run, within)
    if within.position is not None:
        (assignment,) = _assign(run, position, within.approvals[:1])
        _ask(run, assignment, number=number)
        return StepOutcome.STEP_APPROVED
    way = way_through(run.route.behind(position), run.facts)
    pass_over(run, way)
    return _complete(run, position) if way.position is None else _move(run, position, way, number=number)


def _are_enough(position: Position, step: Step, elsewhere: Sequence[Step]) -> bool:
    """Whether the position goes on once the step's approval is complete, with these seats of others open."""
    count = steps.asked_together(step)
    if count is None:
        return True
    complete = count - len({other.step_number for other in elsewhere})
    return complete >= completion.enough_of(count, position.holder.required_approvals)


def _way_within(run: WorkflowRun, step: Step) -> Way:
    """The way to what the position asks after this approval."""
    if steps.asked_together(step) is not None:
        return Way()
    index = steps.approval_index(step)
    return way_within(run.position, [one for one in run.position.approvals if one.index > index], run.facts)


def ask_next(run: WorkflowRun, step: Step) -> None:
    """Ask the next one of a chain after this seat was approved; nothing where nobody is in line.

    The fallback ends the chain where that person is gone or may not be asked; raises NoApprover where it cannot be
    asked either.
    """
    if not completion.afterwards(step):
        return
    found = _next_in_line(run, step)
    approval = _approval_of(run, step)
    deadline = None if approval is None else approval.deadline
    if deadline is not None:
        drop_timers(run.attachment, step.step_number)
    if isinstance(found, Assignment):
        _ask(run, found, number=step.step_number, together=together_with(step))
        return
    seats = [gateway.ask_next(step, found, deadline=deadline)]
    run.timers += timers_of(seats, deadline)
    run.ask(seats)


def _approval_of(run: WorkflowRun, step: Step) -> ApprovalConfiguration | None:
    """The step's approval; None where an unfrozen template has lost it."""
    index = steps.approval_index(step)
    return next((one for one in run.position.approvals if one.index == index), None)


def _next_in_line(run: WorkflowRun, step: Step) -> Any:
    """The user who is asked next, or the assignment of the fallback that is asked instead."""
    key = completion.afterwards(step)[0]
    person = active_user(key) if askable_among([key]) else None
    if person is not None:
        return person
    plain = _("the manager who is asked next is gone or inactive")
    with_permission = _("the manager who is asked next is gone, inactive or without the permission to approve")
    reason = because(plain, with_permission)
    approval = _approval_of(run, step)
    if approval is not None and approval.fallback is not None:
        return assignees.assign_fallback(run.position, approval, origin=run.origin, path=run.path, because=reason)
    facts = {"position": run.position.holder.shown_name, "reason": reason}
    message = _("Nobody can decide “%(position)s”: %(reason)s.") % facts
    raise NoApprover(message, path=run.path, position=run.position.name)


def check_next_in_line(run: WorkflowRun, step: Step) -> None:
    """Raise NoApprover when neither the next one of a chain nor its fallback can be asked; writes nothing."""
    if completion.afterwards(step):
        _next_in_line(run, step)


def check_what_follows(run: WorkflowRun, step: Step, elsewhere: Sequence[Step]) -> None:
    """Raise NoApprover when nobody could decide what would be asked after this approval; writes nothing."""
    if not _are_enough(run.position, step, elsewhere):
        return
    within = _way_within(run, step)
    if within.position is not None:
        _look(run, within.position, within.approvals[:1])
        return
    way = way_through(run.route.behind(run.position), run.facts)
    if way.position is not None:
        _look(run, way.position, way.approvals)


def _look(run: WorkflowRun, position: Position, approvals: Sequence[ApprovalConfiguration]) -> None:
    """Raise NoApprover when nobody could decide one of these; no turn is taken, and nobody waits for it."""
    _assign(run, position, approvals, CommonPeople(approvals, looking=True))


def _assign(
    run: WorkflowRun,
    position: Position,
    approvals: Sequence[ApprovalConfiguration],
    common: CommonPeople | None = None,
    *,
    now: int | None = None,
) -> list[Assignment]:
    if not approvals:  # only on an unfrozen template
        raise WorkflowIncomplete(_("“%s” asks for no approval any more.") % position.holder.shown_name, path=run.path)
    common = common or CommonPeople(approvals)
    run.turns = common.turns
    return assignees.assign(position, approvals, origin=run.origin, path=run.path, common=common, now=now)


def return_to(run: WorkflowRun, position: Position, *, number: int, reason: str) -> StepOutcome:
    """Go back to a position after a rejection."""
    left = run.position
    run.fire(ActionType.AFTER_RESUBMISSION, left, EventKind.REJECTED, stage=left.stage_id, comments=reason)
    transitions.apply(Verb.SEND_BACK, run.attachment)
    way = go_back(run, position, number=number)
    return StepOutcome.WORKFLOW_COMPLETED if way.position is None else StepOutcome.RETURNED


def end_rejected(run: WorkflowRun, *, reason: str) -> StepOutcome:
    """End the run where it stands; its metadata keeps the reason."""
    if isinstance(run.attachment.metadata, dict):
        run.attachment.metadata = {**run.attachment.metadata, "rejection_reason": reason}
    transitions.apply(Verb.REJECT, run.attachment)
    run.attachment.completed_at = timezone.now()
    object_fields.apply_rejection(run.attachment, run.configuration)
    run.fire(ActionType.AFTER_REJECT, run.position, stage=run.position.stage_id, reason=reason)
    return StepOutcome.WORKFLOW_REJECTED


def _ask_together(run: WorkflowRun, assignments: Sequence[Assignment], *, first: int) -> None:
    together = Together(first=first, count=len(assignments))
    for number, assignment in enumerate(assignments, first):
        _ask(run, assignment, number=number, together=together)


def _ask(run: WorkflowRun, assignment: Assignment, *, number: int, together: Together | None = None) -> None:
    seats = gateway.seats_of(run.attachment, assignment, number=number, together=together)
    run.opening += seats
    run.timers += timers_of(seats, assignment.configuration.deadline)
    run.ask(seats)
    if assignment.because is not None:
        note_fallback(run, assignment.configuration, assignment.because)


def _move(run: WorkflowRun, left: Position, way: Way, *, number: int) -> StepOutcome:
    transitions.apply(Verb.MOVE, run.attachment)
    entered = way.entered
    crosses = entered.pipeline_id != left.pipeline_id
    if crosses:
        run.journal.add(EventKind.PIPELINE_MOVED, left=left, entered=entered, details=way.details)
    if entered.stage is not None:
        run.journal.add(EventKind.STAGE_MOVED, left=left, entered=entered, details=way.details)
    enter(run, entered, way.approvals, number=number)
    _fire_move(run, left, entered, crosses=crosses)
    return StepOutcome.PIPELINE_ADVANCED if crosses else StepOutcome.STAGE_ADVANCED


def _fire_move(run: WorkflowRun, left: Position, entered: Position, *, crosses: bool) -> None:
    """The pipeline's move first, then the stage's; both see the new position."""
    if crosses:
        places = {"from_pipeline": left.pipeline_id, "to_pipeline": entered.pipeline_id}
        run.fire(ActionType.AFTER_MOVE_PIPELINE, entered, **places)
    if entered.stage is not None:
        run.fire(ActionType.AFTER_MOVE_STAGE, entered, from_stage=left.stage_id, to_stage=entered.stage_id)


def _complete(run: WorkflowRun, position: Position | None) -> StepOutcome:
    """End the run behind this position; None where it never stood anywhere, for everything was skipped."""
    check_somebody_was_asked(run)
    transitions.apply(Verb.COMPLETE, run.attachment)
    run.attachment.completed_at = timezone.now()
    run.journal.add(EventKind.COMPLETED, left=position)
    object_fields.apply_completion(run.attachment, run.configuration)
    run.fire(ActionType.ON_WORKFLOW_COMPLETE, position)
    run.fired += hooks.after_completion(run.fired[-1], run.configuration)
    return StepOutcome.WORKFLOW_COMPLETED
