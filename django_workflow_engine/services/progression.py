"""How a run moves along its route."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import transitions
from django_workflow_engine.approvals import assignees, gateway
from django_workflow_engine.approvals.gateway import Step
from django_workflow_engine.choices import EventKind, StepOutcome
from django_workflow_engine.errors import WorkflowIncomplete
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.content import route_of
from django_workflow_engine.services.journal import Journal
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
class Run:
    """One verb at work on one locked attachment."""

    attachment: WorkflowAttachment
    actor: Any
    journal: Journal = field(init=False)
    route: Route = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.attachment, self.actor)
        self.route = route_of(self.attachment.workflow)

    @property
    def position(self) -> Position:
        """Where the run stands."""
        attachment = self.attachment
        position = self.route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
        if position is None:  # only a run on an unfrozen template can lose its place
            raise WorkflowIncomplete(_("The place where the run stands is not part of its workflow any more."))
        return position

    def save(self) -> None:
        """Write the attachment and the events of the verb."""
        self.attachment.save(update_fields=RUN_FIELDS)
        self.journal.write()


def begin(run: Run) -> None:
    """Put a run that has not started on its first position."""
    attachment = run.attachment
    transitions.apply(Verb.START, attachment)
    first = run.route.first
    if first is None:
        raise WorkflowIncomplete(_("The workflow has no position to start on."))
    number = gateway.claim_flow(attachment)
    attachment.first_step_number = number
    attachment.started_at = timezone.now()
    attachment.started_by = run.actor or attachment.started_by
    run.journal.add(EventKind.STARTED, entered=first)
    enter(run, first, number=number)


def enter(run: Run, position: Position, *, number: int) -> None:
    """Stand on a position and open its first approval; refused when one of its approvals has no approver."""
    run.attachment.current_pipeline_id = position.pipeline_id
    run.attachment.current_stage_id = position.stage_id
    if not position.approvals:  # only on an unfrozen template
        raise WorkflowIncomplete(_("“%s” asks for no approval any more.") % position.name)
    assignments = assignees.assign(position, position.approvals, requester=lambda: requester_of(run))
    gateway.open_approval(run.attachment, assignments[0], number=number, index=0)


def finish_approval(run: Run, step: Step) -> StepOutcome:
    """Go on after an approval is complete: the position's next approval, the next position, or the end."""
    position, index = run.position, gateway.approval_index(step) + 1
    if index < len(position.approvals):
        _open_next(run, position, index, number=step.step_number + 1)
        return StepOutcome.STEP_APPROVED
    following = run.route.after(position)
    if following is None:
        return _complete(run, position)
    return _move(run, position, following, number=step.step_number + 1)


def end_rejected(run: Run) -> StepOutcome:
    """End the run where it stands."""
    transitions.apply(Verb.REJECT, run.attachment)
    run.attachment.completed_at = timezone.now()
    return StepOutcome.WORKFLOW_REJECTED


def requester_of(run: Run) -> Any:
    """The object's own person: its `created_by`, else whoever started the run."""
    creator = getattr(run.attachment.target, "created_by", None)
    return creator if creator is not None else run.attachment.started_by


def _open_next(run: Run, position: Position, index: int, *, number: int) -> None:
    approvals = position.approvals[index : index + 1]
    (assignment,) = assignees.assign(position, approvals, requester=lambda: requester_of(run))
    gateway.open_approval(run.attachment, assignment, number=number, index=index)


def _move(run: Run, left: Position, entered: Position, *, number: int) -> StepOutcome:
    transitions.apply(Verb.MOVE, run.attachment)
    outcome = StepOutcome.STAGE_ADVANCED
    if entered.pipeline_id != left.pipeline_id:
        outcome = StepOutcome.PIPELINE_ADVANCED
        run.journal.add(EventKind.PIPELINE_MOVED, left=left, entered=entered)
    if entered.stage is not None:
        run.journal.add(EventKind.STAGE_MOVED, left=left, entered=entered)
    enter(run, entered, number=number)
    return outcome


def _complete(run: Run, position: Position) -> StepOutcome:
    transitions.apply(Verb.COMPLETE, run.attachment)
    run.attachment.completed_at = timezone.now()
    run.journal.add(EventKind.COMPLETED, left=position)
    return StepOutcome.WORKFLOW_COMPLETED
