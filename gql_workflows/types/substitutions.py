"""Who decides in whose place, and how long."""

from __future__ import annotations

import datetime

import strawberry
import strawberry_django
from strawberry import relay

from django_workflow_engine.models import Substitution as Row
from gql_workflows.execution.fields import loaded, planned
from gql_workflows.types.people import User
from gql_workflows.types.targets import model_label
from gql_workflows.types.workflows import Workflow


@strawberry_django.type(
    Row,
    name="Substitution",
    description="While it lasts, the substitute may decide on the person's open seats as well as the person; the "
    "history says on whose behalf. Substitutes of a substitute count, too, over at most three of them.",
)
class Substitution(relay.Node):
    """A substitution's row."""

    starts_at: datetime.datetime = strawberry_django.field(description="When it begins.")
    ends_at: datetime.datetime | None = strawberry_django.field(
        description="When it ends, not included; null until somebody ends it."
    )
    reason: str = strawberry_django.field(description="Why; may be empty.")
    user: User = loaded("users", by="user_id", description="The person who is stood in for.")
    substitute: User = loaded("users", by="substitute_id", description="Who may decide in the person's place.")
    workflow: Workflow | None = loaded(
        "visible_templates",
        by="workflow_id",
        description="The template whose runs alone it is for; null for all, and for one that you may not see.",
    )
    created_by: User | None = loaded(
        "users", by="created_by_id", description="Who arranged it; null for a user who is gone."
    )

    @planned(description="The model, as app_label.ModelName, for whose objects alone it is; null for all.")
    def model(self, root: strawberry.Parent[Row]) -> str | None:
        return None if root.content_type_id is None else model_label(root.content_type_id)

    @planned(description="Whether it lasts now.")
    def is_active(self, root: strawberry.Parent[Row]) -> bool:
        return root.is_active()
