"""Default-deny: every root field is made here, with the rule that says who may call it."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from typing import Any, Final

import strawberry
from asgiref.sync import sync_to_async
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField

RULE: Final = "gql_workflows.rule"


class Rule(enum.Enum):
    """Who may call a root field; what a caller then sees is the access policy's."""

    PUBLIC = "anybody"
    SIGNED_IN = "whoever is signed in"


def query(rule: Rule, *, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a query field of a synchronous function, which runs in one hop to a thread.

    The function takes `info` and the field's arguments by name.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=guarded(rule, function), description=description, metadata={RULE: rule})

    return decorate


def guarded(rule: Rule, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as an asynchronous resolver that asks the rule first."""

    @functools.wraps(function)
    async def resolve(**kwargs: Any) -> Any:
        if rule is Rule.SIGNED_IN:
            _ = kwargs["info"].context.user  # raises Unauthenticated
        return await sync_to_async(function)(**kwargs)

    return resolve


def rule_of(field: StrawberryField) -> Rule | None:
    """The rule that a field was made with, or None."""
    return field.metadata.get(RULE)


def refuse_unruled(*roots: type) -> None:
    """Raise TypeError when a root type has a field that nobody gave a rule."""
    for root in roots:
        definition = get_object_definition(root, strict=True)
        for field in definition.fields:
            if rule_of(field) is None:
                raise TypeError(f"{definition.name}.{field.python_name} has no rule.")
