"""Relay connections over pages of rows."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import strawberry
from strawberry import relay

from gql_workflows.execution.fields import resolved

NodeType = TypeVar("NodeType")  # a relay.Node, or what is said of one


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeType]):
    """The type of a page; what resolvers return is a `pagination.Page`."""

    page_info: relay.PageInfo = strawberry.field(description="Whether there is more, and where to go on.")
    edges: list[relay.Edge[NodeType]] = strawberry.field(  # type: ignore[type-var]  # it serves others as well
        description="The rows of this page."
    )

    @resolved(description="The number of all rows, whatever the page; counted only when asked for.")
    async def total_count(self, root: strawberry.Parent[Any]) -> int | None:
        total: int = await root.count()
        return total
