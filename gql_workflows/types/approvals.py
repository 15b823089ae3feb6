"""Approval configurations of templates."""

from __future__ import annotations

import strawberry

from django_workflow_engine.definitions.approvals import ApprovalConfiguration as Configuration
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types import enums
from gql_workflows.types.forms import Form
from gql_workflows.types.people import Role, User


@strawberry.type(description="Who decides one approval of a position.")
class ApprovalConfiguration:
    """One entry of an approvals list."""

    configuration: strawberry.Private[Configuration]

    @planned(description="Who decides.")
    def approval_type(self) -> enums.ApproverType:
        return self.configuration.approval_type

    @planned(description="The approvalType in the language of the request.")
    def approval_type_display(self) -> str:
        return str(self.configuration.approval_type.label)

    @planned(description="The user of a USER approval; null for other types and for a user who is gone.")
    async def approval_user(self, info: Info) -> User | None:
        key = self.configuration.approval_user
        return None if key is None else await info.context.loaders.users.load(key)

    @planned(description="The role of a ROLE approval; null for other types and for a role that is gone.")
    async def user_role(self, info: Info) -> Role | None:
        key = self.configuration.user_role
        return None if key is None else Role.of(await info.context.loaders.roles.load(key))

    @planned(description="How the role's members share the approval; null for other types.")
    def role_selection_strategy(self) -> enums.RoleSelectionStrategy | None:
        return self.configuration.role_selection_strategy

    @planned(description="The roleSelectionStrategy in the language of the request.")
    def strategy_display(self) -> str | None:
        strategy = self.configuration.role_selection_strategy
        return None if strategy is None else str(strategy.label)

    @planned(description="What the decision asks of its approver.")
    def step_approval_type(self) -> enums.StepType:
        return self.configuration.step_type

    @planned(description="The form to fill in; null where there is none or it is gone.")
    async def required_form(self, info: Info) -> Form | None:
        key = self.configuration.required_form
        return None if key is None else Form.of(await info.context.loaders.forms.load(key))

    @planned(description="How many approvals are enough (QUORUM); null for other strategies.")
    def quorum_count(self) -> int | None:
        return self.configuration.quorum_count

    @planned(description="How many per cent of the members are enough (PERCENTAGE); null for others.")
    def percentage_required(self) -> float | None:
        return self.configuration.percentage_required

    @planned(description="How many managers up (HIERARCHY_UP, HIERARCHY_CHAIN); null for others.")
    def hierarchy_levels(self) -> int | None:
        return self.configuration.hierarchy_levels


def approvals_of(configurations: tuple[Configuration, ...]) -> list[ApprovalConfiguration]:
    """The approvals of one node, in the order in which they are asked."""
    return [ApprovalConfiguration(configuration=configuration) for configuration in configurations]
