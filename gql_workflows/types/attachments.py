"""Running workflows."""

from __future__ import annotations

import datetime
from typing import Any, cast

import strawberry
import strawberry_django
from strawberry import relay
from strawberry.scalars import JSON

from django_workflow_engine.choices import AttachmentStatus
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.strategies import route_of_tree
from django_workflow_engine.strategies.progress import Progress, progress_of
from gql_workflows.context import Info
from gql_workflows.dataloaders.workflows import RunContent, held_workflow, run_content_at_hand
from gql_workflows.execution.fields import itself, loaded, planned, resolved
from gql_workflows.pagination import page_args
from gql_workflows.types import arguments, enums
from gql_workflows.types.connections import Connection
from gql_workflows.types.diagrams import WorkflowDiagram, diagram_for
from gql_workflows.types.eligibility import (
    has_open_steps,
    open_steps,
    reason_against_all,
    reason_against_cancelling,
    reason_against_resubmitting,
    target_key,
)
from gql_workflows.types.events import WorkflowEvent
from gql_workflows.types.judged import judged
from gql_workflows.types.people import User
from gql_workflows.types.reasons import (
    ViewerCannotActReason,
    ViewerCannotCancelReason,
    ViewerCannotResubmitReason,
)
from gql_workflows.types.steps import ApprovalStep
from gql_workflows.types.targets import Target, WorkflowProgress, progress_type, target_type
from gql_workflows.types.workflows import Pipeline, Stage, Workflow, stage_in


def _text_key(attachment: Attachment) -> tuple[int, str] | None:
    return None if attachment.tombstone else target_key(attachment)


def _target(text: str | None, attachment: Attachment) -> Target:
    return target_type(attachment, text)


def _current_pipeline(content: RunContent, attachment: Attachment) -> Pipeline | None:
    nodes = (node for node in content.tree.pipelines if node.id == attachment.current_pipeline_id)
    return next((Pipeline.of(node, content.row) for node in nodes), None)


def _current_stage(content: RunContent, attachment: Attachment) -> Stage | None:
    return stage_in(content.row, content.tree, attachment.current_stage_id)


def _progress_type(content: RunContent, attachment: Attachment) -> WorkflowProgress:
    return progress_type(_progress(attachment, content.tree), attachment)


def _diagram(content: RunContent, attachment: Attachment) -> WorkflowDiagram:
    standing = _progress(attachment, content.tree).standing
    return diagram_for(content.tree, attachment, standing, attachment.skipped_positions)


def _running(attachment: Attachment) -> Attachment | None:
    return attachment if has_open_steps(attachment) else None


def _list(found: list[Any] | None, attachment: Attachment) -> list[Any]:
    return found or []


@strawberry_django.type(
    Attachment, name="WorkflowAttachment", description="The workflow of one object, and where its run stands."
)
class WorkflowAttachment(relay.Node):
    """An attachment row, loaded with its workflow's row."""

    created_at: datetime.datetime = strawberry_django.field(description="When a workflow was first attached.")
    started_at: datetime.datetime | None = strawberry_django.field(description="When the run started.")
    completed_at: datetime.datetime | None = strawberry_django.field(
        description="When the run ended: completed, rejected or cancelled."
    )
    run_number: int = strawberry_django.field(
        description="1 for the first run on this object; attaching again after an end counts on."
    )
    target: Target = loaded(
        "texts", by=_text_key, beside=_target, description="The object that the workflow is attached to."
    )
    current_pipeline: Pipeline | None = loaded(
        "run_contents",
        by=itself,
        at_hand=run_content_at_hand,
        beside=_current_pipeline,
        description="The pipeline that the run stands in; null before the start and without pipelines.",
    )
    current_stage: Stage | None = loaded(
        "run_contents",
        by=itself,
        at_hand=run_content_at_hand,
        beside=_current_stage,
        description="The stage that the run stands on; null before the start and without stages.",
    )
    progress: WorkflowProgress = loaded(
        "run_contents",
        by=itself,
        at_hand=run_content_at_hand,
        beside=_progress_type,
        description="How far the run is.",
    )
    diagram: WorkflowDiagram = loaded(
        "run_contents",
        by=itself,
        at_hand=run_content_at_hand,
        beside=_diagram,
        description="The positions as a picture, with the one where the run stands marked.",
    )
    current_steps: list[ApprovalStep] = loaded(
        "open_steps", by=_running, beside=_list, description="The steps that wait for a decision now."
    )
    steps: list[ApprovalStep] = loaded(
        "run_steps",
        by="approval_flow_id",
        beside=_list,
        description="This run's steps, oldest first; the last 200 of them.",
    )
    events: list[WorkflowEvent] = loaded(
        "events", by="pk", description="The audit trail of all runs, oldest first; the last 200 lines of it."
    )
    started_by: User | None = loaded(
        "users",
        by="started_by_id",
        description="Who attached or started the run; null for the system and for a user who is gone.",
    )
    viewer_can_cancel, viewer_cannot_cancel_reason = judged(
        reason_against_cancelling,
        ViewerCannotCancelReason,
        can="Whether you may cancel the run in the state that it is in by cancelWorkflow: show the button, and ask "
        "for a reason.",
        cannot="Why you may not cancel it; null when viewerCanCancel is true.",
    )
    viewer_can_resubmit, viewer_cannot_resubmit_reason = judged(
        reason_against_resubmitting,
        ViewerCannotResubmitReason,
        can="Whether you may send the run again by resubmit: changes were asked for, and the seat is yours, or that of "
        "somebody for whom you stand in, or you are an administrator. Show the button; it may still be a NO_APPROVER, "
        "where nobody could decide where the run goes on.",
        cannot="Why you may not send it again; null when viewerCanResubmit is true.",
    )
    workflow: Workflow = loaded(
        "workflows",
        by="workflow_id",
        at_hand=held_workflow,
        description="The frozen version that the run uses; its clonedFrom is the template.",
    )

    @planned(description="The object's own person, else who started the run; null where there is neither.")
    async def requester(self, root: strawberry.Parent[Attachment], info: Info) -> User | None:
        loaders = info.context.loaders
        person = None if root.tombstone else await loaders.requesters.load(target_key(root))
        return cast("User | None", await loaders.users.load(root.started_by_id if person is None else person))

    @planned(description="Where the run stands.", of="status")
    def status(self, root: strawberry.Parent[Attachment]) -> enums.AttachmentStatus:
        return AttachmentStatus(root.status)

    @planned(description="What was stored with the attachment.")
    def metadata(self, root: strawberry.Parent[Attachment]) -> JSON:
        return cast(JSON, root.metadata)

    @resolved(description="This run's steps by page, oldest first.")
    async def steps_page(
        self,
        root: strawberry.Parent[Attachment],
        info: Info,
        first: arguments.First = strawberry.UNSET,
        after: arguments.After = strawberry.UNSET,
        last: arguments.Last = strawberry.UNSET,
        before: arguments.Before = strawberry.UNSET,
    ) -> Connection[ApprovalStep]:
        args = page_args(first, after, last, before)
        return cast(
            "Connection[ApprovalStep]", await info.context.loaders.step_pages.load((root.approval_flow_id, args))
        )

    @resolved(description="The audit trail of all runs by page, oldest first.")
    async def events_page(
        self,
        root: strawberry.Parent[Attachment],
        info: Info,
        first: arguments.First = strawberry.UNSET,
        after: arguments.After = strawberry.UNSET,
        last: arguments.Last = strawberry.UNSET,
        before: arguments.Before = strawberry.UNSET,
    ) -> Connection[WorkflowEvent]:
        args = page_args(first, after, last, before)
        return cast("Connection[WorkflowEvent]", await info.context.loaders.event_pages.load((root.pk, args)))

    @planned(description="Whether you may decide one of currentSteps.")
    async def viewer_can_act(self, root: strawberry.Parent[Attachment], info: Info) -> bool:
        return await _reason(root, info) is None

    @planned(description="Why you may decide none of currentSteps; null when viewerCanAct is true.")
    async def viewer_cannot_act_reason(
        self, root: strawberry.Parent[Attachment], info: Info
    ) -> ViewerCannotActReason | None:
        return await _reason(root, info)


def _progress(attachment: Attachment, tree: WorkflowTree) -> Progress:
    return progress_of(
        status=attachment.status,
        route=route_of_tree(tree),
        pipeline_id=attachment.current_pipeline_id,
        stage_id=attachment.current_stage_id,
        skipped=attachment.skipped_positions,
    )


async def _reason(attachment: Attachment, info: Info) -> ViewerCannotActReason | None:
    return await reason_against_all(attachment, await open_steps(attachment, info), info)
