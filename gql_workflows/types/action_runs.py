"""Calls of actions: what the engine keeps of each."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, cast

import strawberry
import strawberry_django
from strawberry import relay
from strawberry.scalars import JSON

from django_workflow_engine.choices import ActionRunStatus, ActionType
from django_workflow_engine.models import ActionRun as Run
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums

if TYPE_CHECKING:
    from gql_workflows.types.attachments import WorkflowAttachment


@strawberry_django.type(
    Run, name="ActionRun", description="One call of one action for one event; for administrators only."
)
class ActionRun(relay.Node):
    """A row of the outbox."""

    run_number: int = strawberry_django.field(description="The run of the object that it belongs to, from 1.")
    function_path: str = strawberry_django.field(description="The function that is called.")
    attempts: int = strawberry_django.field(description="How often it was tried.")
    last_error: str = strawberry_django.field(description="What went wrong the last time; empty when nothing did.")
    handled_by_name: str = strawberry_django.field(
        description="The username of who had it retried or skipped it; empty when nobody did."
    )
    created_at: datetime.datetime = strawberry_django.field(description="When the event happened.")
    next_attempt_at: datetime.datetime | None = strawberry_django.field(description="When it is tried again.")
    finished_at: datetime.datetime | None = strawberry_django.field(description="When it was settled.")
    duration_ms: int | None = strawberry_django.field(description="How long the last attempt took, in milliseconds.")

    @planned(description="The event that called it.", of="action_type")
    def action_type(self, root: strawberry.Parent[Run]) -> enums.ActionType:
        return ActionType(root.action_type)

    @planned(description="What became of it.", of="status")
    def status(self, root: strawberry.Parent[Run]) -> enums.ActionRunStatus:
        return ActionRunStatus(root.status)

    @planned(description="What the function is given beside the event's own context.")
    def parameters(self, root: strawberry.Parent[Run]) -> JSON:
        return cast(JSON, root.parameters)

    @planned(description="What the function returned, as far as it is JSON.")
    def returned(self, root: strawberry.Parent[Run]) -> JSON | None:
        return cast("JSON | None", root.returned)

    @planned(description="The run whose event called it.")
    async def attachment(
        self, root: strawberry.Parent[Run], info: Info
    ) -> Annotated[WorkflowAttachment, strawberry.lazy("gql_workflows.types.attachments")]:
        return cast("WorkflowAttachment", await info.context.loaders.attachments.load(root.attachment_id))
