"""Inputs for decisions on several steps at once."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from gql_workflows.types import enums

OWN_STEPS = "Your current steps; at most 100. One that is named twice is decided once and answered twice."


@strawberry.input(description="What is said with the approval of one of several steps.")
class ApprovalDetailInput:
    """One step's own part of an approval."""

    step_id: strawberry.ID = strawberry.field(
        description="Which of stepIds; one that is not among them, or has its details already, is INVALID, and nothing "
        "is approved."
    )
    comment: str | None = strawberry.field(
        default=strawberry.UNSET, description="What you want to say of this step, in place of the comment for all."
    )
    form_data: JSON | None = strawberry.field(
        default=strawberry.UNSET, description="As in ApproveStepInput: the data of the step's form."
    )
    expect: enums.CheckInState | None = strawberry.field(
        default=strawberry.UNSET, description="As in ApproveStepInput: the checkInState that you see."
    )


@strawberry.input(description="Approves several steps, each by itself.")
class ApproveStepsInput:
    """Approvals."""

    step_ids: list[strawberry.ID] = strawberry.field(description=OWN_STEPS)
    comment: str | None = strawberry.field(
        default=strawberry.UNSET, description="What you want to say, the same for all of them."
    )
    details: list[ApprovalDetailInput] | None = strawberry.field(
        default=strawberry.UNSET,
        description="What you say of single steps: a comment of its own, form data. In any order; others need none.",
    )


@strawberry.input(description="Rejects several steps, each by itself.")
class RejectStepsInput:
    """Rejections."""

    step_ids: list[strawberry.ID] = strawberry.field(description=OWN_STEPS)
    reason: str = strawberry.field(description="Why, the same for all of them; must not be blank.")


@strawberry.input(description="Passes several steps on to somebody else, each by itself.")
class DelegateStepsInput:
    """Seats to pass on."""

    step_ids: list[strawberry.ID] = strawberry.field(description=OWN_STEPS)
    user_id: strawberry.ID = strawberry.field(
        description="The active user who decides in your place, one whom you may look up."
    )
    reason: str | None = strawberry.field(default=strawberry.UNSET, description="Why, the same for all of them.")
