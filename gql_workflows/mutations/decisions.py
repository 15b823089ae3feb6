"""Decisions on steps."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from approval_workflow.models import ApprovalInstance
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import NotFound
from gql_workflows.context import Info
from gql_workflows.ids import required_key
from gql_workflows.inputs.absent import given
from gql_workflows.inputs.attachments import ApproveStepInput, RejectStepInput
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.types.payloads import StepPayload, step_payload_of


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Approve one of your current steps; the run moves on when that completes its approval.",
)
def approve_step(
    info: Info, input: Annotated[ApproveStepInput, strawberry.argument(description="The approval.")]
) -> StepPayload:
    """Approve one of the caller's current steps."""
    key = _visible_step(info, input.step_id)
    return _payload(services.approve_step(step_id=key, actor=info.context.user, comment=given(input.comment, "")))


@workflow_mutation(
    StepPayload,
    on_refusal=step_payload_of,
    description="Reject one of your current steps, which ends the run.",
)
def reject_step(
    info: Info, input: Annotated[RejectStepInput, strawberry.argument(description="The rejection.")]
) -> StepPayload:
    """Reject one of the caller's current steps."""
    key = _visible_step(info, input.step_id)
    return _payload(services.reject_step(step_id=key, actor=info.context.user, reason=input.reason))


def _visible_step(info: Info, step_id: str) -> Any:
    """The key of a step that the caller may know of; raises NotFound."""
    key = required_key(step_id, "ApprovalStep", ApprovalInstance, "step_id")
    if not info.context.policy.steps(info.context.user).filter(pk=key).exists():
        raise NotFound(_("There is no such step."), path=("step_id",))
    return key


def _payload(decision: services.Decision) -> StepPayload:
    step: Any = decision.step
    attachment: Any = decision.attachment
    return StepPayload(step=step, attachment=attachment, outcome=decision.outcome)
