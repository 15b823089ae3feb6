"""Pairs of fields for buttons: whether the viewer may do something, and why not; one function answers both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from gql_workflows.context import Info
from gql_workflows.execution.fields import planned


def judged(against: Callable[[Any, Info], Awaitable[Any]], reasons: Any, *, can: str, cannot: str) -> tuple[Any, Any]:
    """Make the two fields of a function that gives the reason against it, None where there is none.

    `reasons` is the enum, `can` and `cannot` are the descriptions. The function awaits nothing but loaders.
    """

    async def is_free(root: strawberry.Parent[Any], info: Info) -> bool:
        return await against(root, info) is None

    async def reason(root: strawberry.Parent[Any], info: Info) -> Any:
        return await against(root, info)

    reason.__annotations__["return"] = reasons | None
    return planned(description=can)(is_free), planned(description=cannot)(reason)
