"""What a run passes over: told in the audit trail, left out of its progress, and never all that there is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_workflow_engine.actions.conditions import CHECK
from django_workflow_engine.actions.events import Fired
from django_workflow_engine.choices import EventKind
from django_workflow_engine.definitions.conditions.expressions import as_json
from django_workflow_engine.definitions.tree import ActionNode
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services.routing import Way
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.strategies import Position


def pass_over(run: WorkflowRun, way: Way) -> None:
    """Note what lies on the way, and have somebody look at the conditions on it that could not be read."""
    left = run.current_position
    for one in way.skipped:
        one.note(run.journal, left)
    if way.positions_skipped:
        gone_by = [position.holder.id for position in way.positions_skipped]
        run.attachment.skipped_positions = [*run.attachment.skipped_positions, *gone_by]
    _raise_incidents(run, way)


def leave_skipped(run: WorkflowRun, *, before: Position) -> None:
    """Keep what was skipped before this position alone: what lies behind it is judged anew."""
    ahead = {position.holder.id for position in run.route.onwards(before)}
    run.attachment.skipped_positions = [key for key in run.attachment.skipped_positions if key not in ahead]


def check_somebody_was_asked(run: WorkflowRun) -> None:
    """Raise NoApprover where a run would complete and nobody has approved it, unless its template allows that."""
    workflow = run.route.positions[0].workflow
    if workflow.completes_unasked or not run.route.may_be_skipped or _was_approved(run):
        return
    message = _("Every position of “%s” would be skipped: nobody would be asked.") % workflow.shown_name
    raise NoApprover(message, path=run.path, position=workflow.name_en)


def _was_approved(run: WorkflowRun) -> bool:
    """Whether somebody has approved in this run, or does so now."""
    if run.journal.has(EventKind.APPROVED):
        return True
    if run.attachment.pk is None:  # the first run of its object
        return False
    events = WorkflowEvent.objects.filter(attachment=run.attachment, run_number=run.attachment.run_number)
    return events.filter(kind=EventKind.APPROVED).exists()


def _raise_incidents(run: WorkflowRun, way: Way) -> None:
    """An action that looks at the condition once more: it stays an incident until that can be read."""
    for judgement in way.broken:
        cause = run.fired[-1].action_type
        looks = ActionNode(
            action_type=cause, function_path=CHECK, parameters={"condition": as_json(judgement.expression)}
        )
        run.fired.append(Fired(action_type=cause, position=way.position, context={"user": run.actor}, answers=[looks]))
