"""Running workflows: attachments, their steps and their audit trail."""

from __future__ import annotations

import datetime
from typing import Any, cast

import strawberry
import strawberry_django
from approval_workflow.choices import ApprovalStatus
from approval_workflow.models import ApprovalInstance
from strawberry import relay
from strawberry.scalars import JSON

from django_workflow_engine.approvals import seats
from django_workflow_engine.choices import AttachmentStatus, EventKind, RoleSelectionStrategy
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.models import WorkflowEvent as Event
from django_workflow_engine.strategies import route_of_tree
from django_workflow_engine.strategies.progress import progress_of
from gql_workflows.context import Info
from gql_workflows.pagination import page_args
from gql_workflows.types import arguments, enums
from gql_workflows.types.connections import Connection
from gql_workflows.types.people import Role, User
from gql_workflows.types.places import Target, WorkflowProgress, progress_type, target_type
from gql_workflows.types.workflows import Pipeline, Stage, Workflow, tree_of


@strawberry_django.type(
    ApprovalInstance, name="ApprovalStep", description="One seat of an approval: somebody who is asked to decide."
)
class ApprovalStep(relay.Node):
    """A row of the approval package, loaded with its people and its attachment."""

    step_number: int = strawberry_django.field(
        description="The number within the object's history; seats of one approval share it."
    )
    comment: str = strawberry_django.field(description="What the decider said.")
    updated_at: datetime.datetime = strawberry_django.field(description="When it last changed.")

    @strawberry.field(description="What became of it.")
    def status(self, root: strawberry.Parent[Any]) -> enums.StepStatus:
        return ApprovalStatus(root.status)

    @strawberry.field(description="Who is asked; null where that user is gone.")
    def assigned_to(self, root: strawberry.Parent[Any]) -> User | None:
        return root.assigned_to

    @strawberry.field(description="The role as whose member the user is asked; null for other approvals.")
    async def assigned_role(self, root: strawberry.Parent[Any], info: Info) -> Role | None:
        key = root.assigned_role_object_id
        return None if key is None else Role.of(await info.context.loaders.roles.load(key))

    @strawberry.field(description="How the role's members share the approval; null for other approvals.")
    def role_selection_strategy(self, root: strawberry.Parent[Any]) -> enums.RoleSelectionStrategy | None:
        value = root.role_selection_strategy
        return RoleSelectionStrategy(value) if value else None

    @strawberry.field(description="Who decided; of a CANCELLED step, who made it needless.")
    def action_user(self, root: strawberry.Parent[Any]) -> User | None:
        return root.action_user

    @strawberry.field(description="When it was asked for.")
    def created_at(self, root: strawberry.Parent[Any]) -> datetime.datetime:
        return root.started_at

    @strawberry.field(description="The run that it belongs to.")
    def attachment(self, root: strawberry.Parent[Any]) -> WorkflowAttachment:
        return root.flow.workflow_attachment

    @strawberry.field(description="Whether you may decide it now.")
    async def viewer_can_act(self, root: strawberry.Parent[Any], info: Info) -> bool:
        return await may_decide(root, info)


async def may_decide(step: Any, info: Info) -> bool:
    """Whether the viewer may decide this step now."""
    viewer = info.context.user
    if step.status != ApprovalStatus.CURRENT or step.assigned_to_id != viewer.pk:
        return False
    if step.flow.workflow_attachment.status != AttachmentStatus.IN_PROGRESS:
        return False
    rights = await info.context.loaders.rights.load(viewer.pk)
    return rights.may_decide and seats.belongs_to(step, viewer, roles_held=rights.roles_held)


@strawberry_django.type(
    Event, name="WorkflowEvent", description="One line of the audit trail. Names are those of the moment."
)
class WorkflowEvent(relay.Node):
    """An event row."""

    at: datetime.datetime = strawberry_django.field(description="When it happened.")
    comment: str = strawberry_django.field(description="What was said.")

    @strawberry.field(description="What happened.")
    def kind(self, root: strawberry.Parent[Event]) -> enums.EventKind:
        return EventKind(root.kind)

    @strawberry.field(description="Who did it; null for the system and for a user who is gone.")
    async def user(self, root: strawberry.Parent[Event], info: Info) -> User | None:
        return await info.context.loaders.users.load(root.actor_id) if root.actor_id else None

    @strawberry.field(description="The step that it is about.")
    async def step(self, root: strawberry.Parent[Event], info: Info) -> ApprovalStep | None:
        if root.step_id is None:
            return None
        return cast("ApprovalStep | None", await info.context.loaders.steps.load(root.step_id))

    @strawberry.field(description="The pipeline that it happened in, or that was left.")
    def from_pipeline(self, root: strawberry.Parent[Event]) -> str | None:
        return root.from_pipeline or None

    @strawberry.field(description="The pipeline that was entered.")
    def to_pipeline(self, root: strawberry.Parent[Event]) -> str | None:
        return root.to_pipeline or None

    @strawberry.field(description="The position that it happened at, or that was left.")
    def from_stage(self, root: strawberry.Parent[Event]) -> str | None:
        return root.from_stage or None

    @strawberry.field(description="The position that was entered.")
    def to_stage(self, root: strawberry.Parent[Event]) -> str | None:
        return root.to_stage or None


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

    @strawberry.field(description="The frozen version that the run uses; its clonedFrom is the template.")
    async def workflow(self, root: strawberry.Parent[Attachment], info: Info) -> Workflow:
        return cast(Workflow, await workflow_of(root, info))

    @strawberry.field(description="The object that the workflow is attached to.")
    async def target(self, root: strawberry.Parent[Attachment], info: Info) -> Target:
        text = await info.context.loaders.texts.load((root.content_type_id, root.object_id))
        return target_type(root, text)

    @strawberry.field(description="Where the run stands.")
    def status(self, root: strawberry.Parent[Attachment]) -> enums.AttachmentStatus:
        return AttachmentStatus(root.status)

    @strawberry.field(description="The pipeline that the run stands in; null before the start and without pipelines.")
    async def current_pipeline(self, root: strawberry.Parent[Attachment], info: Info) -> Pipeline | None:
        row = await workflow_of(root, info)
        nodes = (await tree_of(row, info)).pipelines
        return next((Pipeline.of(node, row) for node in nodes if node.id == root.current_pipeline_id), None)

    @strawberry.field(description="The stage that the run stands on; null before the start and without stages.")
    async def current_stage(self, root: strawberry.Parent[Attachment], info: Info) -> Stage | None:
        row = await workflow_of(root, info)
        return stage_in(row, await tree_of(row, info), root.current_stage_id)

    @strawberry.field(description="Who attached or started the run; null for the system and for a user who is gone.")
    async def started_by(self, root: strawberry.Parent[Attachment], info: Info) -> User | None:
        return None if root.started_by_id is None else await info.context.loaders.users.load(root.started_by_id)

    @strawberry.field(description="What was stored with the attachment.")
    def metadata(self, root: strawberry.Parent[Attachment]) -> JSON:
        return root.metadata

    @strawberry.field(description="How far the run is.")
    async def progress(self, root: strawberry.Parent[Attachment], info: Info) -> WorkflowProgress:
        tree = await tree_of(await workflow_of(root, info), info)
        progress = progress_of(
            status=root.status,
            route=route_of_tree(tree),
            pipeline_id=root.current_pipeline_id,
            stage_id=root.current_stage_id,
        )
        return progress_type(progress, root)

    @strawberry.field(description="The steps that wait for a decision now.")
    async def current_steps(self, root: strawberry.Parent[Attachment], info: Info) -> list[ApprovalStep]:
        return cast(list[ApprovalStep], await open_steps(root, info))

    @strawberry.field(description="This run's steps, oldest first; the last 200 of them.")
    async def steps(self, root: strawberry.Parent[Attachment], info: Info) -> list[ApprovalStep]:
        if root.approval_flow_id is None:
            return []
        return cast(list[ApprovalStep], await info.context.loaders.run_steps.load(root.approval_flow_id))

    @strawberry.field(description="This run's steps by page, oldest first.")
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

    @strawberry.field(description="The audit trail of all runs, oldest first; the last 200 lines of it.")
    async def events(self, root: strawberry.Parent[Attachment], info: Info) -> list[WorkflowEvent]:
        return cast(list[WorkflowEvent], await info.context.loaders.events.load(root.pk))

    @strawberry.field(description="The audit trail of all runs by page, oldest first.")
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

    @strawberry.field(description="Whether you may decide one of currentSteps.")
    async def viewer_can_act(self, root: strawberry.Parent[Attachment], info: Info) -> bool:
        for step in await open_steps(root, info):
            if await may_decide(step, info):
                return True
        return False


async def workflow_of(attachment: Attachment, info: Info) -> Any:
    """The workflow row of an attachment: the one it was loaded with, else from the loader."""
    loaded = attachment._state.fields_cache.get("workflow")
    return loaded or await info.context.loaders.workflows.load(attachment.workflow_id)


async def open_steps(attachment: Attachment, info: Info) -> list[Any]:
    """The steps of an attachment that wait for a decision."""
    if attachment.status != AttachmentStatus.IN_PROGRESS or attachment.approval_flow_id is None:
        return []
    return await info.context.loaders.open_steps.load(attachment.approval_flow_id)


def stage_in(row: Any, tree: Any, stage_id: int | None) -> Stage | None:
    """The stage with this id in a workflow's content."""
    for pipeline in tree.pipelines:
        for stage in pipeline.stages:
            if stage.id == stage_id:
                return Stage.of(stage, Pipeline.of(pipeline, row))
    return None
