"""Steps: one seat of an approval each."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

import strawberry
import strawberry_django
from approval_workflow.choices import ApprovalStatus
from strawberry import relay
from strawberry.scalars import JSON

from django_workflow_engine.approvals import steps
from django_workflow_engine.approvals.claims import claim_on
from django_workflow_engine.approvals.deadlines import is_overdue
from django_workflow_engine.choices import RoleSelectionStrategy, StepType
from django_workflow_engine.models.steps import Step
from gql_workflows.context import Info
from gql_workflows.execution.fields import loaded, plain, planned
from gql_workflows.types import eligibility, enums
from gql_workflows.types.eligibility import attachment_at_hand, held
from gql_workflows.types.forms import Form
from gql_workflows.types.judged import judged
from gql_workflows.types.people import Role, User
from gql_workflows.types.reasons import ViewerCannotActReason

if TYPE_CHECKING:
    from gql_workflows.types.attachments import WorkflowAttachment


def _claimant(step: Any) -> str | None:
    """The key of whoever has claimed the step's approval."""
    claim = claim_on(step)
    return None if claim is None else claim.user_id


@strawberry_django.type(
    Step, name="ApprovalStep", description="One seat of an approval: somebody who is asked to decide."
)
class ApprovalStep(relay.Node):
    """A row of the approval package."""

    step_number: int = strawberry_django.field(
        description="The number within the object's history; seats of one approval share it."
    )
    comment: str = strawberry_django.field(description="What the decider said.")
    updated_at: datetime.datetime = strawberry_django.field(description="When it last changed.")
    created_at: datetime.datetime = plain("started_at", datetime.datetime, description="When it was asked for.")
    assigned_to: User | None = loaded(
        "users",
        by="assigned_to_id",
        at_hand=held("assigned_to"),
        description="Who is asked; null where that user is gone.",
    )
    assigned_role: Role | None = loaded(
        "roles",
        by="assigned_role_object_id",
        view=Role.of,
        description="The role as whose member the user is asked; null for other approvals.",
    )
    form: Form | None = loaded(
        "forms",
        by="form_object_id",
        view=Form.of,
        description="The form whose data approveStep takes; null where there is none or it is gone.",
    )
    action_user: User | None = loaded(
        "users",
        by="action_user_id",
        at_hand=held("action_user"),
        description="Who decided; of a CANCELLED step, who made it needless.",
    )
    attachment: Annotated[WorkflowAttachment, strawberry.lazy("gql_workflows.types.attachments")] = loaded(
        "attachments_by_flow",
        by="flow_id",
        at_hand=attachment_at_hand,
        description="The run that it belongs to.",
    )

    claimed_by: User | None = loaded(
        "users",
        by=_claimant,
        description="Who has claimed the approval, so that the others who are asked wait; null where nobody has.",
    )

    @planned(description="Until when it is claimed, if it is not released or decided before; null where nobody has.")
    def claimed_until(self, root: strawberry.Parent[Any]) -> datetime.datetime | None:
        claim = claim_on(root)
        return None if claim is None else claim.until

    due_at: datetime.datetime | None = plain(
        "due_date",
        datetime.datetime | None,
        description="Until when it is to be decided; null where its approval has no deadline. It stays where the step "
        "is passed on.",
    )

    @planned(description="Whether it waits for a decision although its dueAt is past; never of a decided step.")
    def is_overdue(self, root: strawberry.Parent[Any]) -> bool:
        return is_overdue(root)

    @planned(description="What became of it.", of="status")
    def status(self, root: strawberry.Parent[Any]) -> enums.StepStatus:
        return ApprovalStatus(root.status)

    @planned(description="What the decision asks of you.", of="approval_type")
    def step_type(self, root: strawberry.Parent[Any]) -> enums.StepType:
        return StepType(root.approval_type)

    @planned(description="Of a CHECK_IN_VERIFY step: what its holder has done so far; null for other steps.")
    def check_in_state(self, root: strawberry.Parent[Any]) -> enums.CheckInState | None:
        return steps.check_in_state(root)

    @planned(
        description="How the role's members share the approval; null for other approvals.", of="role_selection_strategy"
    )
    def role_selection_strategy(self, root: strawberry.Parent[Any]) -> enums.RoleSelectionStrategy | None:
        value = root.role_selection_strategy
        return RoleSelectionStrategy(value) if value else None

    @planned(description="The form's data that was sent with the approval.")
    def form_data(self, root: strawberry.Parent[Any]) -> JSON | None:
        return cast("JSON | None", root.form_data)

    @planned(description="Whether you may decide it now.")
    async def viewer_can_act(self, root: strawberry.Parent[Any], info: Info) -> bool:
        return await eligibility.reason_against(root, info) is None

    @planned(description="Why you may not decide it; null when viewerCanAct is true.")
    async def viewer_cannot_act_reason(self, root: strawberry.Parent[Any], info: Info) -> ViewerCannotActReason | None:
        return await eligibility.reason_against(root, info)

    viewer_can_delegate, viewer_cannot_delegate_reason = judged(
        eligibility.reason_against_delegating,
        ViewerCannotActReason,
        can="Whether you may pass it on by delegateStep: show the button, and a picker of whom to pass it to, who may "
        "still be refused.",
        cannot="Why you may not pass it on; null when viewerCanDelegate is true.",
    )
    viewer_can_escalate, viewer_cannot_escalate_reason = judged(
        eligibility.reason_against_escalating,
        ViewerCannotActReason,
        can="Whether you may pass it up by escalateStep, to your manager, or to that of whom you stand in for: show "
        "the button.",
        cannot="Why you may not pass it up; null when viewerCanEscalate is true.",
    )
    viewer_can_claim, viewer_cannot_claim_reason = judged(
        eligibility.reason_against_claiming,
        ViewerCannotActReason,
        can="Whether you may claim it by claimStep: show the button. True of what you have claimed already, too, where "
        "claiming again begins the time anew.",
        cannot="Why you may not claim it; null when viewerCanClaim is true.",
    )
    viewer_can_release, viewer_cannot_release_reason = judged(
        eligibility.reason_against_releasing,
        ViewerCannotActReason,
        can="Whether you have claimed it and may release it by releaseStep: show the button in place of the one that "
        "claims.",
        cannot="Why you may not release it; null when viewerCanRelease is true.",
    )
    viewer_can_reassign, viewer_cannot_reassign_reason = judged(
        eligibility.reason_against_reassigning,
        ViewerCannotActReason,
        can="Whether you may give it to somebody else by reassignStep, as an administrator or as who may change the "
        "template: show the button, with a picker and a reason. Whom you pick may still be refused.",
        cannot="Why you may not reassign it; null when viewerCanReassign is true.",
    )
