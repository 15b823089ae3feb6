"""The fields of a type that follow from what a part of a template declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast, get_type_hints

import strawberry
import strawberry_django

from django_workflow_engine.definitions.declared import Declared, Home, Kind, declared
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models import WorkFlow
from gql_workflows.context import Info
from gql_workflows.execution.fields import plain, planned
from gql_workflows.types.conditions import Condition
from gql_workflows.types.kinds import type_of

_Type = TypeVar("_Type", bound=type[Any])
_PLAIN: Final = (Kind.TEXT, Kind.NUMBER, Kind.DECIMAL, Kind.FLAG)


def shows(part: type[Any], node: type[Any]) -> Callable[[_Type], _Type]:
    """Give a view on a node (`self.node`) a field for each one that the node's part declares, unless it has its own.

    What may be null is said by the type that the node has for it.
    """

    def decorate(view: _Type) -> _Type:
        hints = get_type_hints(node)
        for name, field in _missing(part, view):
            setattr(view, name, _of_node(name, field, hints[name]))
        return view

    return decorate


def shows_row(part: type[Any]) -> Callable[[_Type], _Type]:
    """The same for the type of a workflow's row; what its JSON keeps is read with its content."""

    def decorate(of_row: _Type) -> _Type:
        plain: dict[str, Any] = {}
        for name, field in _missing(part, of_row):
            if field.home is Home.COLUMN and field.kind is not Kind.CHOICE:
                plain[name] = type_of(field)
                setattr(of_row, name, strawberry_django.field(description=_description(field)))
            else:
                setattr(of_row, name, _of_row(name, field))
        of_row.__annotations__ = plain | of_row.__annotations__
        return of_row

    return decorate


def _missing(part: type[Any], owner: type[Any]) -> Iterator[tuple[str, Declared]]:
    return ((name, field) for name, field in declared(part).items() if not hasattr(owner, name))


def _description(field: Declared) -> str:
    return field.described(field.shown, written=False)


def _of_node(name: str, field: Declared, hint: Any) -> Any:
    of = type_of(field)
    may_be_null = type(None) in getattr(hint, "__args__", ()) and field.usual is None

    of = of | None if may_be_null else of
    if field.kind in _PLAIN:  # a page reads thousands of these
        return plain(f"node.{name}", of, description=_description(field))

    def read(self: Any) -> Any:
        return _shown(getattr(self.node, name), field)

    return _field(read, of, field, alone=f"node.{name}")


def _of_row(name: str, field: Declared) -> Any:
    if field.home is Home.COLUMN:

        def read(root: strawberry.Parent[WorkFlow]) -> Any:
            return _shown(getattr(root, name), field)

        return _field(read, type_of(field), field, alone=name)

    async def read_content(root: strawberry.Parent[WorkFlow], info: Info) -> Any:
        tree: WorkflowTree = await info.context.loaders.trees.load(root)
        return _shown(getattr(tree, name), field)

    return _field(read_content, type_of(field) if field.usual is not None else type_of(field) | None, field)


def _field(read: Callable[..., Any], of: Any, field: Declared, *, alone: str = "") -> Any:
    """A field that is read so; `alone` is the one attribute that it looks at."""
    read.__annotations__["return"] = of
    return planned(description=_description(field), of=alone if field.kind is Kind.CHOICE else "")(read)


def _shown(value: Any, field: Declared) -> Any:
    """The value as its type takes it."""
    if value is None:
        return None
    if field.kind is Kind.CHOICES:
        return list(value)
    if field.choices is not None:
        return value if isinstance(value, field.choices) else field.choices(value)
    if field.kind is Kind.KEY:
        return strawberry.ID(value)
    if field.kind is Kind.CONDITION:
        return Condition(node=value)
    if field.kind is Kind.DURATION:
        return str(value)
    if field.kind is Kind.DURATIONS:
        return [*map(str, value)]
    return cast(Any, dict(value)) if isinstance(value, Mapping) else value
