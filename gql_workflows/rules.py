"""Default-deny: every root field has a rule that says who may call it, a project's own fields too."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any, Final, TypeAlias

import strawberry
from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from strawberry.extensions import FieldExtension
from strawberry.permission import PermissionExtension
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry_django.permissions import DjangoPermissionExtension

from django_workflow_engine import people
from django_workflow_engine.errors import MissingPermission

Resolve: TypeAlias = Callable[..., Any]  # what a field extension passes a call on to
MakesField: TypeAlias = Callable[[Callable[..., Any]], StrawberryField]  # a decorator of a resolver


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


class Ruled(FieldExtension):
    """Asks the rule before a field is resolved, whatever resolves it: `strawberry.field(extensions=[Ruled(rule)])`."""

    def __init__(self, rule: AnyRule) -> None:
        self.rule = rule

    def resolve(self, next_: Resolve, source: Any, info: Any, **arguments: Any) -> Any:
        """As below: the rule may read the session, so what it lets through is awaited in any case."""
        return self.resolve_async(next_, source, info, **arguments)

    async def resolve_async(self, next_: Resolve, source: Any, info: Any, **arguments: Any) -> Any:
        """What the field gives; raises Unauthenticated or MissingPermission where the rule lets nobody pass."""
        return await info.context.roots.later(info, partial(self._awaited, next_, source, info, arguments))

    async def _awaited(self, next_: Resolve, source: Any, info: Any, arguments: dict[str, Any]) -> Any:
        await sync_to_async(check)(self.rule, info.context)
        result = next_(source, info, **arguments)
        return await result if isawaitable(result) else result


class RuledInThread(Ruled):
    """The same for a synchronous function that reads or writes: the rule and the function in one hop to a thread."""

    def resolve(self, next_: Resolve, source: Any, info: Any, **arguments: Any) -> Any:
        """An awaitable of what the function gives; that itself where it is called in the thread."""
        roots, give = info.context.roots, partial(self._ask_first, next_, source, info, arguments)
        return roots.now(info, give) if roots.in_thread else roots.later(info, sync_to_async(give))

    def _ask_first(self, next_: Resolve, source: Any, info: Any, arguments: dict[str, Any]) -> Any:
        check(self.rule, info.context)
        return next_(source, info, **arguments)


def query(rule: AnyRule, *, description: str, metadata: Mapping[Any, Any] | None = None) -> MakesField:
    """Make a query field of a synchronous function, which runs in one hop to a thread.

    The function takes `info` and the field's arguments by name. What a field costs beside its answer is `metadata`.
    """

    def decorate(function: Callable[..., Any]) -> StrawberryField:
        return strawberry.field(function, description=description, extensions=[RuledInThread(rule)], metadata=metadata)

    return decorate


def mutation(rule: AnyRule, *, description: str) -> MakesField:
    """Make a mutation of a synchronous function, as `query` does; what is refused is an error of the whole request."""

    def decorate(function: Callable[..., Any]) -> StrawberryField:
        return strawberry.mutation(function, description=description, extensions=[RuledInThread(rule)])

    return decorate


def subscription(rule: AnyRule, *, description: str) -> MakesField:
    """Make a subscription of a function that gives a stream, which asks again by itself before each of its events.

    The function takes `info` and the field's arguments by name; it waits for nothing.
    """

    def decorate(function: Callable[..., Any]) -> StrawberryField:
        return strawberry.subscription(function, description=description, extensions=[Ruled(rule)])

    return decorate


def check(rule: AnyRule, context: Any) -> None:
    """Raise Unauthenticated or MissingPermission unless the rule lets this context's viewer pass."""
    if rule is Rule.PUBLIC:
        return
    user = context.user  # raises Unauthenticated
    if isinstance(rule, Staff):
        rule.check(user)


def rule_of(field: StrawberryField) -> AnyRule | None:
    """The rule that a field was made with, or None."""
    return next((extension.rule for extension in field.extensions if isinstance(extension, Ruled)), None)


def check_all_ruled(*roots: type) -> None:
    """Raise ImproperlyConfigured when a root type has a field of which nobody said who may call it.

    The permission classes of strawberry and of strawberry-django say it too.
    """
    for root in roots:
        definition = get_object_definition(root, strict=True)
        for field in definition.fields:
            if rule_of(field) is None and not any(isinstance(found, _OF_LIBRARIES) for found in field.extensions):
                raise ImproperlyConfigured(_UNRULED.format(field=f"{definition.name}.{field.python_name}"))


_OF_LIBRARIES: Final = (PermissionExtension, DjangoPermissionExtension)
_UNRULED: Final = (
    "{field} has no rule: nobody said who may call it. Write extensions=[Ruled(Rule.SIGNED_IN)] into its "
    "strawberry.field, strawberry.mutation or strawberry_django.field, with Rule and Ruled from gql_workflows.rules; "
    "Rule.PUBLIC is for everybody, Staff('app_label.codename') for administrators with that permission."
)
