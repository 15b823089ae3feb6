"""Decisions on steps."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

import strawberry
from django.contrib.auth import get_user_model

from django_workflow_engine import services
from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import WorkflowAttachment
from gql_workflows.context import Info
from gql_workflows.ids import row_key
from gql_workflows.inputs.decisions import (
    ApproveStepInput,
    ClaimStepInput,
    DelegateStepInput,
    EscalateStepInput,
    ReassignStepInput,
    RejectStepInput,
    ReleaseStepInput,
    RequestChangesInput,
    RequestResubmissionInput,
)
from gql_workflows.inputs.references import NO_ROW
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.mutations.permitted import visible_step
from gql_workflows.nodes.lookup import find_part
from gql_workflows.scalars.absent import given
from gql_workflows.types.payloads import StepPayload, step_payload_of, step_payload_with

Approval = Annotated[ApproveStepInput, strawberry.argument(description="The approval.")]
Rejection = Annotated[RejectStepInput, strawberry.argument(description="The rejection.")]
Changes = Annotated[RequestChangesInput, strawberry.argument(description="What has to be changed.")]
Resubmission = Annotated[RequestResubmissionInput, strawberry.argument(description="What is sent back, and where to.")]
Delegation = Annotated[DelegateStepInput, strawberry.argument(description="What is passed on, and to whom.")]
Claimed = Annotated[ClaimStepInput, strawberry.argument(description="What is claimed.")]
Reassignment = Annotated[ReassignStepInput, strawberry.argument(description="What is given, and to whom.")]
Released = Annotated[ReleaseStepInput, strawberry.argument(description="What is released.")]
Escalation = Annotated[EscalateStepInput, strawberry.argument(description="What is passed up.")]


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Approve one of your current steps; the run moves on when that completes its approval.",
)
def approve_step(info: Info, input: Approval) -> StepPayload:
    """Approve one of the caller's current steps."""
    key = visible_step(info, input.step_id, "step_id")
    decision = services.approve_step(
        step_id=key,
        actor=info.context.user,
        comment=given(input.comment, ""),
        form_data=given(input.form_data),
        expect=given(input.expect),
    )
    return step_payload_with(decision)


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Reject one of your current steps, which ends the run unless its position's onReject says otherwise.",
)
def reject_step(info: Info, input: Rejection) -> StepPayload:
    """Reject one of the caller's current steps."""
    key = visible_step(info, input.step_id, "step_id")
    return step_payload_with(services.reject_step(step_id=key, actor=info.context.user, reason=input.reason))


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Ask the requester, instead of deciding one of your current steps, to change the object and send the "
    "run again.",
)
def request_changes(info: Info, input: Changes) -> StepPayload:
    """Put a run into its requester's hands."""
    key = visible_step(info, input.step_id, "step_id")
    return step_payload_with(services.request_changes(step_id=key, actor=info.context.user, reason=input.reason))


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Send the run of one of your current steps back to the current or an earlier stage.",
)
def request_resubmission(info: Info, input: Resubmission) -> StepPayload:
    """Send a run back."""
    key = visible_step(info, input.step_id, "step_id")
    decision = services.request_resubmission(
        step_id=key,
        actor=info.context.user,
        reason=input.reason,
        stage_id=_part_key(info, "Stage", given(input.stage_id)),
        pipeline_id=_part_key(info, "Pipeline", given(input.pipeline_id)),
    )
    return step_payload_with(decision)


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Pass one of your current steps on to another active user whom you may look up, who decides in your "
    "place.",
)
def delegate_step(info: Info, input: Delegation) -> StepPayload:
    """Pass a seat on to somebody whom the caller may look up; the engine asks for that person last."""
    key, user = visible_step(info, input.step_id, "step_id"), info.context.user
    decision = services.delegate_step(
        step_id=key,
        actor=user,
        user_id=row_key(input.user_id, "User", get_user_model()),
        reason=given(input.reason, ""),
        among=info.context.policy.delegates(user),
    )
    return step_payload_with(decision)


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Pass one of your current steps up to your manager, who decides in your place.",
)
def escalate_step(info: Info, input: Escalation) -> StepPayload:
    """Pass a seat up."""
    key = visible_step(info, input.step_id, "step_id")
    return step_payload_with(
        services.escalate_step(step_id=key, actor=info.context.user, reason=given(input.reason, ""))
    )


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Claim one of your current steps of an approval that anyone of several may give: the others wait until "
    "you release or decide it, or until claimedUntil.",
)
def claim_step(info: Info, input: Claimed) -> StepPayload:
    """Take an approval for a while."""
    key = visible_step(info, input.step_id, "step_id")
    return step_payload_with(services.claim_step(step_id=key, actor=info.context.user))


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Release a step that you have claimed: anyone who is asked may decide again.",
)
def release_step(info: Info, input: Released) -> StepPayload:
    """End the caller's claim."""
    key = visible_step(info, input.step_id, "step_id")
    return step_payload_with(services.release_step(step_id=key, actor=info.context.user))


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Give somebody's current step to another active user: for administrators and whoever may change the "
    "template, and not on an object of one's own.",
)
def reassign_step(info: Info, input: Reassignment) -> StepPayload:
    """Give a seat to somebody else, where its holder cannot be waited for."""
    key, user, policy = visible_step(info, input.step_id, "step_id"), info.context.user, info.context.policy
    run = WorkflowAttachment.objects.select_related("workflow").filter(approval_flow__instances=key).first()
    decision = services.reassign_step(
        step_id=key,
        actor=user,
        user_id=row_key(input.user_id, "User", get_user_model()),
        reason=input.reason,
        among=policy.delegates(user),
        is_allowed=run is not None and policy.may_mend(user, run),
    )
    return step_payload_with(decision)


def _part_key(info: Info, type_name: str, value: str | None) -> Any:
    """The key of a stage or pipeline that the caller sees, or what names no row: the seat is judged before it."""
    if value is None:
        return None
    with suppress(NotFound):
        return find_part(info.context, type_name, value).key
    return NO_ROW
