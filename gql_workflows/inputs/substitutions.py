"""Inputs for substitutes."""

from __future__ import annotations

import datetime

import strawberry


@strawberry.input(description="Lets somebody decide on a person's seats, beside the person, for a while.")
class CreateSubstitutionInput:
    """A substitution to add."""

    user_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The person; you if left out. Somebody else needs administration."
    )
    substitute_id: strawberry.ID = strawberry.field(
        description="The active user who stands in, one whom you may look up."
    )
    starts_at: datetime.datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it begins; now if left out."
    )
    ends_at: datetime.datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it ends, not included; left out: when somebody ends it."
    )
    model: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Only for objects of this model (app_label.ModelName; case is ignored); left out: for all.",
    )
    workflow_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Only for runs of this template; left out: for all."
    )
    reason: str | None = strawberry.field(default=strawberry.UNSET, description="Why.")
