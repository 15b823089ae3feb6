"""Approval configurations of templates."""

from __future__ import annotations

import strawberry

from django_workflow_engine.definitions.approvals import ApprovalConfiguration as Configuration
from django_workflow_engine.definitions.deadlines import DEADLINE
from gql_workflows.execution.fields import loaded, planned
from gql_workflows.types.deadlines import Deadline
from gql_workflows.types.declared import shows
from gql_workflows.types.forms import Form
from gql_workflows.types.people import Role, User


@strawberry.type(description="Who decides one approval of a position.")
@shows(Configuration, Configuration)
class ApprovalConfiguration:
    """One entry of an approvals list."""

    node: strawberry.Private[Configuration]
    approval_user: User | None = loaded(
        "users",
        by="node.approval_user",
        description="The user of a USER approval; null for other types and for a user who is gone.",
    )
    user_role: Role | None = loaded(
        "roles",
        by="node.user_role",
        view=Role.of,
        description="The role of a ROLE approval; null for other types and for a role that is gone.",
    )
    fallback_user: User | None = loaded(
        "users",
        by="node.fallback_user",
        description="The user who is asked when nobody else can be; null where the approval names none, where it is a "
        "role, and for one who is gone. The deadline may name one instead.",
    )
    fallback_role: Role | None = loaded(
        "roles",
        by="node.fallback_role",
        view=Role.of,
        description="The role that is asked when nobody else can be; null where the approval names none, where it is a "
        "user, and for one that is gone. The deadline may name one instead.",
    )
    required_form: Form | None = loaded(
        "forms",
        by="node.required_form",
        view=Form.of,
        description="The form to fill in; null where there is none or it is gone.",
    )

    @planned(description=DEADLINE.described(DEADLINE.shown))
    def deadline(self) -> Deadline | None:
        return None if self.node.deadline is None else Deadline(node=self.node.deadline)

    @planned(description="The approvalType in the language of the request; of CUSTOM, the words of its customType.")
    def approval_type_display(self) -> str:
        return self.node.type_label

    @planned(description="The roleSelectionStrategy in the language of the request.")
    def strategy_display(self) -> str | None:
        strategy = self.node.role_selection_strategy
        return None if strategy is None else str(strategy.label)


def approvals_of(configurations: tuple[Configuration, ...]) -> list[ApprovalConfiguration]:
    """The approvals of one node, in the order in which they are asked."""
    return [ApprovalConfiguration(node=configuration) for configuration in configurations]
