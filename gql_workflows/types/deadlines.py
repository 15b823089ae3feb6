"""Deadlines of approvals."""

from __future__ import annotations

import strawberry

from django_workflow_engine.definitions.deadlines import Deadline as Definition
from gql_workflows.execution.fields import loaded
from gql_workflows.types.declared import shows
from gql_workflows.types.people import Role, User


@strawberry.type(description="Until when an approval has to be decided, and what happens where nobody does.")
@shows(Definition, Definition)
class Deadline:
    """What an approval says of its time."""

    node: strawberry.Private[Definition]
    fallback_user: User | None = loaded(
        "users",
        by="node.fallback_user",
        description="Of FALLBACK: the user who is asked instead; null where it is a role, and for one who is gone.",
    )
    fallback_role: Role | None = loaded(
        "roles",
        by="node.fallback_role",
        view=Role.of,
        description="Of FALLBACK: the role that is asked instead; null where it is a user, and for one that is gone.",
    )
