"""A project's schema, merged with ours: it has its own User, Department, Workflow and Ordering."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

import strawberry
import strawberry_django
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import path
from strawberry import auto, relay

from gql_workflows.context import Info
from gql_workflows.endpoint import endpoint
from gql_workflows.queries import Query as WorkflowQuery
from gql_workflows.rules import Rule, Ruled
from gql_workflows.schema import make_schema


@strawberry.enum
class Ordering(enum.Enum):
    """How the project orders its own lists."""

    UP = "up"
    DOWN = "down"


@strawberry_django.type(get_user_model())
class User(relay.Node):
    """A member of the staff, who sees nobody else."""

    username: auto
    email: auto

    @classmethod
    def get_queryset(cls, queryset: Any, info: Info, **kwargs: Any) -> Any:
        return queryset.filter(pk=info.context.user.pk)


@strawberry_django.type(apps.get_model("world", "Department"))
class Department(relay.Node):
    """It says nothing about who may see it."""

    name: auto


@strawberry.type
class Silent(relay.Node):
    """It finds nothing by itself."""

    code: relay.NodeID[str]


@strawberry.type
class Workflow(relay.Node):
    """A workflow of another kind, which is no row of any table."""

    code: relay.NodeID[str]
    title: str

    @classmethod
    async def resolve_nodes(  # type: ignore[override]  # one of its four signatures
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list[Workflow | None]:
        return [cls(code=key, title=key.title()) if key != "secret" else None for key in node_ids]


@strawberry.type
class Query(WorkflowQuery):
    """Our queries and the project's."""

    @strawberry_django.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def me(self, info: Info, ordering: Ordering = Ordering.UP) -> User:
        return info.context.user

    @strawberry_django.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def places(self) -> list[Department]:
        return apps.get_model("world", "Department").objects.all()

    @strawberry.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def plan(self) -> Workflow:
        return Workflow(code="plan", title="Plan")

    @strawberry.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def silent(self) -> Silent:
        return Silent(code="1")


schema = make_schema(query=Query)
urlpatterns = [path("graphql/", endpoint(schema)), path("admin/", admin.site.urls)]
