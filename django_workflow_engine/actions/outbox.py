"""From an event to durable runs: written in the verb's transaction, handed to the runner after its commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.utils.module_loading import import_string

from django_workflow_engine import conf
from django_workflow_engine.actions.events import Fired, to_json
from django_workflow_engine.actions.resolution import actions_for
from django_workflow_engine.models import ActionRun, WorkflowAttachment
from django_workflow_engine.models.content import content_of, route_of
from django_workflow_engine.models.inserting import insert_known
from django_workflow_engine.strategies import Position
from django_workflow_engine.transactions import on_commit

# A runner takes the ids of runs, in order. They are named, not imported: Celery is an extra.
RUNNERS: Final = {
    "inline": "django_workflow_engine.actions.runner.run_now",
    "celery": "django_workflow_engine.tasks.hand_over",
}


def enqueue(attachment: WorkflowAttachment, fired: Sequence[Fired]) -> list[ActionRun]:
    """Write a run for each action that answers these events, in order, and have them run after the commit.

    Call it inside the verb's transaction, once, with everything that the verb fired. One statement; none when no
    action answers.
    """
    return enqueue_all([(attachment, fired)])


def enqueue_all(fired: Iterable[tuple[WorkflowAttachment, Sequence[Fired]]]) -> list[ActionRun]:
    """`enqueue` for several attachments, each with what a verb fired for it, in one statement."""
    runs = [run for attachment, events in fired for run in _in_order(attachment, events)]
    if runs:
        insert_known(runs, "key")
        dispatch_after_commit([run.pk for run in runs])
    return runs


def _in_order(attachment: WorkflowAttachment, events: Sequence[Fired]) -> Iterator[ActionRun]:
    for order, run in enumerate(run for event in events for run in _runs(attachment, event)):
        run.order = order
        yield run


def dispatch_after_commit(run_ids: Sequence[int]) -> None:
    """Hand these runs to the configured runner once the transaction has committed.

    What goes wrong there is logged and never reaches the caller: the rows stay due for `run_actions`.
    """
    on_commit(lambda: import_string(RUNNERS[conf.action_runner()])(run_ids))


def _runs(attachment: WorkflowAttachment, fired: Fired) -> Iterator[ActionRun]:
    position = fired.position or _position(attachment)
    tree = content_of(attachment.workflow) if position is None else position.workflow
    answers = fired.answers
    if answers is None:
        answers = actions_for(fired.action_type, tree=tree, position=position)
    for action in answers:
        yield ActionRun(
            attachment=attachment,
            event=fired.event,
            run_number=attachment.run_number,
            action_type=fired.action_type,
            function_path=action.function_path,
            parameters=action.parameters,
            context=to_json(fired.context),
            workflow_id=attachment.workflow_id,
            current_pipeline_id=attachment.current_pipeline_id if position is None else position.pipeline_id,
            current_stage_id=attachment.current_stage_id if position is None else position.stage_id,
            attachment_status=fired.attachment_status,
        )


def _position(attachment: WorkflowAttachment) -> Position | None:
    """Where the attachment stands; None on a template that lost the place."""
    route = route_of(attachment.workflow)
    return route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)
