"""Approval configurations of templates."""

from __future__ import annotations

import strawberry

from django_workflow_engine.definitions.approvals import ApprovalConfiguration as Configuration
from gql_workflows.context import Info
from gql_workflows.execution.fields import planned
from gql_workflows.types.declared import shows
from gql_workflows.types.forms import Form
from gql_workflows.types.people import Role, User


@strawberry.type(description="Who decides one approval of a position.")
@shows(Configuration, Configuration)
class ApprovalConfiguration:
    """One entry of an approvals list."""

    node: strawberry.Private[Configuration]

    @planned(description="The approvalType in the language of the request; of CUSTOM, the words of its customType.")
    def approval_type_display(self) -> str:
        return self.node.type_label

    @planned(description="The user of a USER approval; null for other types and for a user who is gone.")
    async def approval_user(self, info: Info) -> User | None:
        key = self.node.approval_user
        return None if key is None else await info.context.loaders.users.load(key)

    @planned(description="The role of a ROLE approval; null for other types and for a role that is gone.")
    async def user_role(self, info: Info) -> Role | None:
        key = self.node.user_role
        return None if key is None else Role.of(await info.context.loaders.roles.load(key))

    @planned(description="The roleSelectionStrategy in the language of the request.")
    def strategy_display(self) -> str | None:
        strategy = self.node.role_selection_strategy
        return None if strategy is None else str(strategy.label)

    @planned(description="The form to fill in; null where there is none or it is gone.")
    async def required_form(self, info: Info) -> Form | None:
        key = self.node.required_form
        return None if key is None else Form.of(await info.context.loaders.forms.load(key))


def approvals_of(configurations: tuple[Configuration, ...]) -> list[ApprovalConfiguration]:
    """The approvals of one node, in the order in which they are asked."""
    return [ApprovalConfiguration(node=configuration) for configuration in configurations]
