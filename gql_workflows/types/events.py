"""The audit trail."""

from __future__ import annotations

import datetime

import strawberry
import strawberry_django
from strawberry import relay
from strawberry.scalars import JSON

from django_workflow_engine.choices import EventKind
from django_workflow_engine.models import WorkflowEvent as Event
from gql_workflows.execution.fields import loaded, planned
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
    details: JSON = strawberry_django.field(
        description="What the event knew, as an object: of a skipped position or approval the condition and the values "
        "that it saw, of an entered one why a condition could not be read; else empty."
    )
    user: User | None = loaded(
        "users", by="actor_id", description="Who did it; null for the system and for a user who is gone."
    )
    on_behalf_of: User | None = loaded(
        "users",
        by="on_behalf_of_id",
        description="Whose seat it was before it was passed on; null where the seat was user's own.",
    )
    step: ApprovalStep | None = loaded("steps", by="step_id", description="The step that it is about.")

    @planned(description="What happened.", of="kind")
    def kind(self, root: strawberry.Parent[Event]) -> enums.EventKind:
        return EventKind(root.kind)

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
