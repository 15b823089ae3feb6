"""Inputs for decisions on steps."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from gql_workflows.types import enums

OWN_STEP = "One of your current steps."
REASON = "Why; must not be blank."


@strawberry.input(description="Approves a step.")
class ApproveStepInput:
    """An approval."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    comment: str | None = strawberry.field(default=strawberry.UNSET, description="What you want to say.")
    form_data: JSON | None = strawberry.field(
        default=strawberry.UNSET,
        description="The data of the step's form, as a JSON object that fits its schema; refused with a check-in.",
    )
    expect: enums.CheckInState | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of a CHECK_IN_VERIFY step: the checkInState that you see. In another state it is a CONFLICT, with "
        "the step as it is now; so the same call sent twice is one act.",
    )


@strawberry.input(description="Rejects a step, which ends the run unless its position's onReject says otherwise.")
class RejectStepInput:
    """A rejection."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Asks the requester for changes, instead of deciding a step.")
class RequestChangesInput:
    """What has to be changed."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    reason: str = strawberry.field(description="What has to be changed; must not be blank.")


@strawberry.input(description="Sends a run back to the current or an earlier stage.")
class RequestResubmissionInput:
    """A run to send back."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    stage_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where to, at or before the current stage; left out: the current position again. The template's "
        "own stage stands for its counterpart in the version that runs.",
    )
    pipeline_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The same where approvals sit on pipelines (strategy WORKFLOW_PIPELINE), instead of stageId.",
    )
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Passes a step on to somebody else.")
class DelegateStepInput:
    """A seat to pass on."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    user_id: strawberry.ID = strawberry.field(
        description="The active user who decides in your place, one whom you may look up."
    )
    reason: str | None = strawberry.field(default=strawberry.UNSET, description="Why.")


@strawberry.input(description="Claims a step, so that the others who are asked wait.")
class ClaimStepInput:
    """A seat to claim."""

    step_id: strawberry.ID = strawberry.field(
        description="One of your current steps whose roleSelectionStrategy is ANYONE."
    )


@strawberry.input(description="Releases a step that you have claimed.")
class ReleaseStepInput:
    """A claim to end."""

    step_id: strawberry.ID = strawberry.field(description="The step that you have claimed.")


@strawberry.input(description="Gives a step to somebody else.")
class ReassignStepInput:
    """A seat to give to somebody."""

    step_id: strawberry.ID = strawberry.field(description="A current step of a run that you may mend.")
    user_id: strawberry.ID = strawberry.field(
        description="The active user who decides from now on, one whom you may look up."
    )
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="Passes a step up to your manager.")
class EscalateStepInput:
    """A seat to pass up."""

    step_id: strawberry.ID = strawberry.field(description=OWN_STEP)
    reason: str | None = strawberry.field(default=strawberry.UNSET, description="Why.")
