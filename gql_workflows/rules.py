"""Default-deny: every root field is made here, with the rule that says who may call it."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import strawberry
from asgiref.sync import sync_to_async
from django.utils.translation import gettext as _
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField

from django_workflow_engine import people
from django_workflow_engine.errors import MissingPermission

RULE: Final = "gql_workflows.rule"


class Rule(enum.Enum):
    """Who may call a root field; what a caller then sees is the access policy's."""

    PUBLIC = "anybody"
    SIGNED_IN = "whoever is signed in"


@dataclass(frozen=True)
class Staff:
    """Only administrators: staff with this model permission."""

    permission: str

    def check(self, user: Any) -> None:
        """Raise MissingPermission for anybody else."""
        if not (people.is_staff(user) and people.has_permission(user, self.permission)):
            message = _("This is for administrators with the permission “%s”.") % self.permission
            raise MissingPermission(message, permission=self.permission)


AnyRule: TypeAlias = Rule | Staff


def query(rule: AnyRule, *, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a query field of a synchronous function, which runs in one hop to a thread.

    The function takes `info` and the field's arguments by name.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=guarded(rule, function), description=description, metadata={RULE: rule})

    return decorate


def subscription(rule: AnyRule, *, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a subscription of a function that gives a stream, which asks again by itself before each of its events.

    The function takes `info` and the field's arguments by name; it waits for nothing.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        async def resolve(**kwargs: Any) -> Any:
            await sync_to_async(check)(rule, kwargs["info"].context)
            return function(**kwargs)

        return strawberry.subscription(resolver=resolve, description=description, metadata={RULE: rule})

    return decorate


def guarded(rule: AnyRule, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as an asynchronous resolver that asks the rule first."""

    @functools.wraps(function)
    async def resolve(**kwargs: Any) -> Any:
        return await sync_to_async(ask_first)(**kwargs)

    def ask_first(**kwargs: Any) -> Any:
        check(rule, kwargs["info"].context)
        return function(**kwargs)

    return resolve


def check(rule: AnyRule, context: Any) -> None:
    """Raise Unauthenticated or MissingPermission unless the rule lets this context's viewer pass."""
    if rule is Rule.PUBLIC:
        return
    user = context.user  # raises Unauthenticated
    if isinstance(rule, Staff):
        rule.check(user)


def rule_of(field: StrawberryField) -> AnyRule | None:
    """The rule that a field was made with, or None."""
    return field.metadata.get(RULE)


def refuse_unruled(*roots: type) -> None:
    """Raise TypeError when a root type has a field that nobody gave a rule."""
    for root in roots:
        definition = get_object_definition(root, strict=True)
        for field in definition.fields:
            if rule_of(field) is None:
                raise TypeError(f"{definition.name}.{field.python_name} has no rule.")
