"""Running workflows."""

from __future__ import annotations

import datetime
from typing import cast

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
from gql_workflows.execution.fields import planned, resolved
from gql_workflows.pagination import page_args
from gql_workflows.types import arguments, enums
from gql_workflows.types.connections import Connection
from gql_workflows.types.diagrams import WorkflowDiagram, diagram_for
from gql_workflows.types.eligibility import open_steps, reason_against_all, target_key, workflow_of
from gql_workflows.types.events import WorkflowEvent
from gql_workflows.types.people import User
from gql_workflows.types.steps import ApprovalStep
from gql_workflows.types.targets import Target, WorkflowProgress, progress_type, target_type
from gql_workflows.types.workflows import Pipeline, Stage, Workflow, stage_in, tree_of


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

    @planned(description="The frozen version that the run uses; its clonedFrom is the template.")
    async def workflow(self, root: strawberry.Parent[Attachment], info: Info) -> Workflow:
        return cast(Workflow, await workflow_of(root, info))

    @planned(description="The object that the workflow is attached to.")
    async def target(self, root: strawberry.Parent[Attachment], info: Info) -> Target:
        text = None if root.tombstone else await info.context.loaders.texts.load(target_key(root))
        return target_type(root, text)

    @planned(description="Where the run stands.")
    def status(self, root: strawberry.Parent[Attachment]) -> enums.AttachmentStatus:
        return AttachmentStatus(root.status)

    @planned(description="The pipeline that the run stands in; null before the start and without pipelines.")
    async def current_pipeline(self, root: strawberry.Parent[Attachment], info: Info) -> Pipeline | None:
        row = await workflow_of(root, info)
        nodes = (await tree_of(row, info)).pipelines
        return next((Pipeline.of(node, row) for node in nodes if node.id == root.current_pipeline_id), None)

    @planned(description="The stage that the run stands on; null before the start and without stages.")
    async def current_stage(self, root: strawberry.Parent[Attachment], info: Info) -> Stage | None:
        row = await workflow_of(root, info)
        return stage_in(row, await tree_of(row, info), root.current_stage_id)

    @planned(description="Who attached or started the run; null for the system and for a user who is gone.")
    async def started_by(self, root: strawberry.Parent[Attachment], info: Info) -> User | None:
        return None if root.started_by_id is None else await info.context.loaders.users.load(root.started_by_id)

    @planned(description="What was stored with the attachment.")
    def metadata(self, root: strawberry.Parent[Attachment]) -> JSON:
        return cast(JSON, root.metadata)

    @planned(description="How far the run is.")
    async def progress(self, root: strawberry.Parent[Attachment], info: Info) -> WorkflowProgress:
        return progress_type(_progress(root, await tree_of(await workflow_of(root, info), info)), root)

    @planned(description="The steps that wait for a decision now.")
    async def current_steps(self, root: strawberry.Parent[Attachment], info: Info) -> list[ApprovalStep]:
        return cast(list[ApprovalStep], await open_steps(root, info))

    @planned(description="This run's steps, oldest first; the last 200 of them.")
    async def steps(self, root: strawberry.Parent[Attachment], info: Info) -> list[ApprovalStep]:
        if root.approval_flow_id is None:
            return []
        return cast(list[ApprovalStep], await info.context.loaders.run_steps.load(root.approval_flow_id))

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

    @planned(description="The audit trail of all runs, oldest first; the last 200 lines of it.")
    async def events(self, root: strawberry.Parent[Attachment], info: Info) -> list[WorkflowEvent]:
        return cast(list[WorkflowEvent], await info.context.loaders.events.load(root.pk))

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
    ) -> enums.ViewerCannotActReason | None:
        return await _reason(root, info)

    @planned(description="The positions as a picture, with the one where the run stands marked.")
    async def diagram(self, root: strawberry.Parent[Attachment], info: Info) -> WorkflowDiagram:
        tree = await tree_of(await workflow_of(root, info), info)
        return diagram_for(tree, root, _progress(root, tree).standing)


def _progress(attachment: Attachment, tree: WorkflowTree) -> Progress:
    return progress_of(
        status=attachment.status,
        route=route_of_tree(tree),
        pipeline_id=attachment.current_pipeline_id,
        stage_id=attachment.current_stage_id,
    )


async def _reason(attachment: Attachment, info: Info) -> enums.ViewerCannotActReason | None:
    return await reason_against_all(attachment, await open_steps(attachment, info), info)
