"""People, roles and departments."""

from __future__ import annotations

from typing import Any

import strawberry
import strawberry_django
from django.contrib.auth import get_user_model
from strawberry import relay

from django_workflow_engine import people
from django_workflow_engine.models.objects import name_of, text_of
from gql_workflows.execution.fields import planned


@strawberry_django.type(get_user_model(), name="User", description="A person, or the user that stands for a company.")
class User(relay.Node):
    """A user of the project."""

    @planned(description="The name to sign in with.")
    def username(self, root: strawberry.Parent[Any]) -> str:
        return people.username(root)

    @planned(description="The name to show: the full name, or the username where there is none.")
    def display_name(self, root: strawberry.Parent[Any]) -> str:
        return name_of(root)


@strawberry.type(name="Role", description="A role that users hold: a row of the project's role model.")
class Role(relay.Node):
    """A role; its model is the project's, so the type keeps only the key and the text."""

    id: relay.NodeID[str]
    name: str = strawberry.field(description="The role's name.")

    @classmethod
    def of(cls, found: tuple[str, str] | None) -> Role | None:
        """The role with this key and text, or None."""
        return None if found is None else cls(id=found[0], name=found[1])


@strawberry.type(name="Department", description="A department that pipelines may belong to.")
class Department(relay.Node):
    """A department; its model is the project's, so the type keeps only the key and the text."""

    id: relay.NodeID[str]
    key: strawberry.ID = strawberry.field(description="The primary key, which departmentId takes.")
    name: str = strawberry.field(description="The department's name.")

    @classmethod
    def of(cls, row: Any) -> Department:
        """The department of this row."""
        return cls(id=str(row.pk), key=strawberry.ID(str(row.pk)), name=text_of(row))
