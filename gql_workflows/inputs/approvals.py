"""Inputs for approvals."""

from __future__ import annotations

from typing import Any

import strawberry

from django_workflow_engine.choices import StepType
from gql_workflows.inputs.references import References
from gql_workflows.scalars.absent import given
from gql_workflows.types import enums


@strawberry.input(description="One approval of a position.")
class ApprovalInput:
    """Who decides one approval, and what it asks of them."""

    approval_type: enums.ApproverType = strawberry.field(description="Who decides.")
    approval_user: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The user of a USER approval, and of no other."
    )
    user_role: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The role of a ROLE approval, and of no other."
    )
    role_selection_strategy: enums.RoleSelectionStrategy | None = strawberry.field(
        default=strawberry.UNSET, description="How the role's members share the approval; ANYONE when left out."
    )
    step_approval_type: enums.StepType = strawberry.field(
        default=StepType.APPROVE, description="What the decision asks of its approver."
    )
    required_form: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The form to fill in: needed for SUBMIT, refused for MOVE, allowed for the others.",
    )
    quorum_count: int | None = strawberry.field(
        default=strawberry.UNSET, description="How many approvals are enough: needed for QUORUM, and for no other."
    )
    percentage_required: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many per cent of the members are enough, above 0 and at most 100: needed for PERCENTAGE, "
        "and for no other.",
    )
    hierarchy_levels: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How many managers up, from 1: for HIERARCHY_UP and HIERARCHY_CHAIN; 1 when left out.",
    )

    def to_service(self, references: References) -> dict[str, Any]:
        """The approval in the form that the engine stores."""
        strategy = given(self.role_selection_strategy)
        values = {
            "approval_type": self.approval_type.value,
            "approval_user": references.user(self.approval_user),
            "user_role": references.role(self.user_role),
            "role_selection_strategy": strategy and strategy.value,
            "step_approval_type": self.step_approval_type.value,
            "required_form": references.form(self.required_form),
            "quorum_count": given(self.quorum_count),
            "percentage_required": given(self.percentage_required),
            "hierarchy_levels": given(self.hierarchy_levels),
        }
        return {name: value for name, value in values.items() if value is not None}


def approvals_to_service(inputs: Any, references: References) -> list[dict[str, Any]]:
    """The approvals of one node; an empty list where they were left out."""
    return [approval.to_service(references) for approval in given(inputs, ())]
