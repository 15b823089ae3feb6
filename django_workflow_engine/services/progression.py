"""How a run moves along its route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.actions import outbox
from django_workflow_engine.actions.events import CAUSES, Fired
from django_workflow_engine.approvals import assignees, completion, flows, gateway, steps
from django_workflow_engine.approvals.active import active_user
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.choices import ActionType, AttachmentStatus, EventKind, StepOutcome
from django_workflow_engine.cleanup import automatic
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.errors import NoApprover, NotInProgress, Path, WorkflowIncomplete
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.content import route_of
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import hooks, object_fields
from django_workflow_engine.services.announcements import announce
from django_workflow_engine.services.journal import Journal
from django_workflow_engine.services.owners import people_of, person_of
from django_workflow_engine.strategies import Position, Route
from django_workflow_engine.transitions import Verb

# What a verb may change; the metadata, which can be large, is not rewritten at every move.
RUN_FIELDS: Final = [
    "workflow",
    "approval_flow",
    "status",
    "current_pipeline",
    "current_stage",
    "run_number",
    "first_step_number",
    "started_by",
    "started_at",
    "completed_at",
]


@dataclass(kw_only=True)
class WorkflowRun:
    """One verb at work on one locked attachment."""

    attachment: WorkflowAttachment
    actor: Any
    target: Any  # the object, locked; None where it is gone
    path: Path = ("step_id",)  # the value in the verb's input that a refusal of the run is about
    journal: Journal = field(init=False)
    route: Route = field(init=False)
    fired: list[Fired] = field(default_factory=list)
    changed: list[str] = field(default_factory=lambda: [*RUN_FIELDS])
    asked: set[Any] = field(default_factory=set)  # the users for whom the verb opened a seat
    written: dict[str, Any] = field(default_factory=dict)  # what the verb wrote into the object, by attribute

    def __post_init__(self) -> None:
        self.journal = Journal(self.attachment, self.actor)
        self.route = route_of(self.attachment.workflow)

    @cached_property
    def configuration(self) -> WorkflowConfiguration:
        """How the object's model takes workflows; read once for each verb."""
        return object_fields.configuration_for(self.attachment)

    @property
    def current_position(self) -> Position | None:
        """Where the run stands; None before the start, and where an unfrozen template lost its place."""
        attachment = self.attachment
        if attachment.status == AttachmentStatus.NOT_STARTED:
            return None
        return self.route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)

    @property
    def position(self) -> Position:
        """Where the run stands; raises WorkflowIncomplete where an unfrozen template lost its place."""
        position = self.current_position
        if position is None:  # only a run on an unfrozen template can lose its place
            message = _("The place where the run stands is not part of its workflow any more.")
            raise WorkflowIncomplete(message, path=self.path)
        return position

    @property
    def origin(self) -> Origin:
        """Whose run it is, as far as that says who is asked."""
        return Origin(
            target=self.target,
            person=lambda: person_of(self.target, started_by=self.attachment.started_by),
            own=self.own_people,
        )

    def own_people(self) -> frozenset[Any]:
        """The primary keys of everybody whose object it is, and of whoever started the run."""
        return people_of(self.target) | {self.attachment.started_by_id} - {None}

    def show_stage_on(self, obj: Any) -> None:
        """Put what the run wrote into the stage field on the caller's own object, whose next `save()` stores it."""
        for name, value in self.written.items():
            setattr(obj, name, value)

    def fire(self, action_type: ActionType, position: Position | None, **context: Any) -> None:
        """Note an event for the actions that answer it; they see the attachment at this position."""
        event = self.journal.latest(CAUSES[action_type])
        context = {"user": self.actor, **context}
        self.fired.append(Fired(action_type=action_type, position=position, context=context, event=event))

    def save(self) -> None:
        """Write the attachment, the audit trail and the outbox of actions; announce it before the actions run."""
        self.attachment.save(update_fields=self.changed)
        self.journal.write()
        announce(self.attachment.pk, user_ids=self.asked | self.journal.people)
        outbox.enqueue(self.attachment, self.fired)
        self.fired = []
        automatic.after_end(self.attachment)


def check_object_is_there(run: WorkflowRun) -> None:
    """Raise NotInProgress for a run whose object is gone, which can only be cancelled."""
    if run.target is None:
        raise object_gone(run.path)


def object_gone(path: Path) -> NotInProgress:
    """The refusal, with this path, of a run whose object is gone."""
    return NotInProgress(_("The object of this workflow is gone; the run can only be cancelled."), path=path)


def begin(run: WorkflowRun) -> None:
    """Put a run that has not started on its first position."""
    attachment = run.attachment
    transitions.check(Verb.START, attachment)
    first = run.route.first
    if first is None:
        raise WorkflowIncomplete(_("The workflow has no position to start on."), path=run.path)
    hooks.before_start(attachment, run.actor, run.configuration)
    transitions.apply(Verb.START, attachment)
    number = flows.claim_flow(attachment)
    attachment.first_step_number = number
    attachment.started_at = timezone.now()
    attachment.started_by = run.actor or attachment.started_by
    run.journal.add(EventKind.STARTED, entered=first)
    enter(run, first, number=number)
    run.fire(ActionType.ON_WORKFLOW_START, first, initial_stage=first.stage_id, initial_pipeline=first.pipeline_id)


def enter(run: WorkflowRun, position: Position, *, number: int) -> None:
    """Stand on a position and open its first approval; refused when one of its approvals has no approver."""
    assignments = _assign(run, position, position.approvals)
    run.attachment.current_pipeline_id = position.pipeline_id
    run.attachment.current_stage_id = position.stage_id
    _ask(run, assignments[0], number=number, index=0)
    run.written |= object_fields.follow_stage(run.attachment, position.name, run.configuration)


def finish_approval(run: WorkflowRun, step: Step) -> StepOutcome:
    """Go on after an approval is complete: the position's next approval, the next position, or the end."""
    position, index = run.position, steps.approval_index(step) + 1
    run.fire(ActionType.AFTER_APPROVE, position, stage=position.stage_id)
    if index < len(position.approvals):
        _open_next(run, position, index, number=step.step_number + 1)
        return StepOutcome.STEP_APPROVED
    following = run.route.after(position)
    if following is None:
        return _complete(run, position)
    return _move(run, position, following, number=step.step_number + 1)


def ask_next(run: WorkflowRun, step: Step) -> None:
    """Ask the next one of a chain after this seat was approved; nothing where nobody is in line.

    Raises NoApprover when that person is gone or inactive.
    """
    if completion.afterwards(step):
        run.asked.add(gateway.ask_next(step, _next_in_line(run, step)).assigned_to_id)


def _next_in_line(run: WorkflowRun, step: Step) -> Any:
    key = completion.afterwards(step)[0]
    person = active_user(key)
    if person is None:
        reason = _("the manager who is asked next is gone or inactive")
        facts = {"position": run.position.holder.shown_name, "reason": reason}
        message = _("Nobody can decide “%(position)s”: %(reason)s.") % facts
        raise NoApprover(message, path=run.path, position=run.position.name)
    return person


def check_next_in_line(run: WorkflowRun, step: Step) -> None:
    """Raise NoApprover when the next one of a chain cannot be asked; writes nothing."""
    if completion.afterwards(step):
        _next_in_line(run, step)


def check_what_follows(run: WorkflowRun, step: Step) -> None:
    """Raise NoApprover when nobody could decide what would be asked after this approval; writes nothing."""
    position, index = run.position, steps.approval_index(step) + 1
    if index < len(position.approvals):
        _assign(run, position, position.approvals[index : index + 1])
        return
    following = run.route.after(position)
    if following is not None:
        _assign(run, following, following.approvals)


def _assign(run: WorkflowRun, position: Position, approvals: Sequence[ApprovalConfiguration]) -> list[Assignment]:
    if not approvals:  # only on an unfrozen template
        raise WorkflowIncomplete(_("“%s” asks for no approval any more.") % position.holder.shown_name, path=run.path)
    return assignees.assign(position, approvals, origin=run.origin, path=run.path)


def end_rejected(run: WorkflowRun, *, reason: str) -> StepOutcome:
    """End the run where it stands; its metadata keeps the reason."""
    if isinstance(run.attachment.metadata, dict):
        run.attachment.metadata = {**run.attachment.metadata, "rejection_reason": reason}
        run.changed.append("metadata")
    transitions.apply(Verb.REJECT, run.attachment)
    run.attachment.completed_at = timezone.now()
    object_fields.apply_rejection(run.attachment, run.configuration)
    run.fire(ActionType.AFTER_REJECT, run.position, stage=run.position.stage_id, reason=reason)
    return StepOutcome.WORKFLOW_REJECTED


def _open_next(run: WorkflowRun, position: Position, index: int, *, number: int) -> None:
    (assignment,) = _assign(run, position, position.approvals[index : index + 1])
    _ask(run, assignment, number=number, index=index)


def _ask(run: WorkflowRun, assignment: Assignment, *, number: int, index: int) -> None:
    gateway.open_approval(run.attachment, assignment, number=number, index=index)
    run.asked.update(assignment.user_ids)


def _move(run: WorkflowRun, left: Position, entered: Position, *, number: int) -> StepOutcome:
    transitions.apply(Verb.MOVE, run.attachment)
    crosses = entered.pipeline_id != left.pipeline_id
    if crosses:
        run.journal.add(EventKind.PIPELINE_MOVED, left=left, entered=entered)
    if entered.stage is not None:
        run.journal.add(EventKind.STAGE_MOVED, left=left, entered=entered)
    enter(run, entered, number=number)
    _fire_move(run, left, entered, crosses=crosses)
    return StepOutcome.PIPELINE_ADVANCED if crosses else StepOutcome.STAGE_ADVANCED


def _fire_move(run: WorkflowRun, left: Position, entered: Position, *, crosses: bool) -> None:
    """The pipeline's move first, then the stage's; both see the new position."""
    if crosses:
        places = {"from_pipeline": left.pipeline_id, "to_pipeline": entered.pipeline_id}
        run.fire(ActionType.AFTER_MOVE_PIPELINE, entered, **places)
    if entered.stage is not None:
        run.fire(ActionType.AFTER_MOVE_STAGE, entered, from_stage=left.stage_id, to_stage=entered.stage_id)


def _complete(run: WorkflowRun, position: Position) -> StepOutcome:
    transitions.apply(Verb.COMPLETE, run.attachment)
    run.attachment.completed_at = timezone.now()
    run.journal.add(EventKind.COMPLETED, left=position)
    object_fields.apply_completion(run.attachment, run.configuration)
    run.fire(ActionType.ON_WORKFLOW_COMPLETE, position)
    run.fired += hooks.after_completion(run.fired[-1], run.configuration)
    return StepOutcome.WORKFLOW_COMPLETED
