"""The audit trail."""

from __future__ import annotations

import datetime
from typing import cast

import strawberry
import strawberry_django
from strawberry import relay

from django_workflow_engine.choices import EventKind
from django_workflow_engine.models import WorkflowEvent as Event
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums
from gql_workflows.types.people import User
from gql_workflows.types.steps import ApprovalStep


@strawberry_django.type(
    Event,
    name="WorkflowEvent",
    description="One line of the audit trail. Names are those of the moment; places in the language of the request.",
)
class WorkflowEvent(relay.Node):
    """An event row."""

    at: datetime.datetime = strawberry_django.field(description="When it happened.")
    comment: str = strawberry_django.field(description="What was said.")
    run_number: int = strawberry_django.field(description="The run of the object that it belongs to, from 1.")
    actor_name: str = strawberry_django.field(
        description="The username of whoever did it, as it was then; empty for the system."
    )

    @planned(description="What happened.")
    def kind(self, root: strawberry.Parent[Event]) -> enums.EventKind:
        return EventKind(root.kind)

    @planned(description="Who did it; null for the system and for a user who is gone.")
    async def user(self, root: strawberry.Parent[Event], info: Info) -> User | None:
        return await info.context.loaders.users.load(root.actor_id) if root.actor_id else None

    @planned(description="Whose seat it was before it was passed on; null where the seat was user's own.")
    async def on_behalf_of(self, root: strawberry.Parent[Event], info: Info) -> User | None:
        return await info.context.loaders.users.load(root.on_behalf_of_id) if root.on_behalf_of_id else None

    @planned(description="The step that it is about.")
    async def step(self, root: strawberry.Parent[Event], info: Info) -> ApprovalStep | None:
        if root.step_id is None:
            return None
        return cast("ApprovalStep | None", await info.context.loaders.steps.load(root.step_id))

    @planned(description="The pipeline that it happened in, or that was left.")
    def from_pipeline(self, root: strawberry.Parent[Event]) -> str | None:
        return root.position_name("from_pipeline") or None

    @planned(description="The pipeline that was entered.")
    def to_pipeline(self, root: strawberry.Parent[Event]) -> str | None:
        return root.position_name("to_pipeline") or None

    @planned(description="The position that it happened at, or that was left.")
    def from_stage(self, root: strawberry.Parent[Event]) -> str | None:
        return root.position_name("from_stage") or None

    @planned(description="The position that was entered.")
    def to_stage(self, root: strawberry.Parent[Event]) -> str | None:
        return root.position_name("to_stage") or None
