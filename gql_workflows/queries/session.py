"""Who is asking."""

from __future__ import annotations

from typing import Any

from django_workflow_engine import people
from gql_workflows.context import Info
from gql_workflows.rules import Rule, query
from gql_workflows.types.payloads import Viewer

_PREFIXES = ("django_workflow_engine.", "approval_workflow.")


@query(Rule.PUBLIC, description="Who is signed in; null when nobody is.")
def viewer(info: Info) -> Viewer | None:
    """The signed-in user."""
    user = info.context.viewer
    return None if user is None else viewer_of(user)


def viewer_of(user: Any) -> Viewer:
    """The user with the model permissions that matter to this API."""
    held = people.permissions_of(user)
    return Viewer(user=user, permissions=sorted(name for name in held if name.startswith(_PREFIXES)))
