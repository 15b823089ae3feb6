"""From a selection to a plan: what is read of which object, in plain values. `source` makes Python of it.

Only what goes right is answered by plans. Whatever does not (a null where none may be, a value that a scalar refuses,
an exception of a resolver) ends the plan, and graphql-core executes the operation, with the errors, places and nulls
that the specification asks for. Resolvers below a root only read, so doing it twice is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLSchema,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from gql_workflows.execution.fields import Awaited, Loaded, Reader, reader_of

FieldsOf: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]


class NotPlain(Exception):
    """The value is not one that a plan can answer."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaf:
    """A text, a number or JSON."""

    type: GraphQLLeafType


@dataclass(frozen=True, kw_only=True, eq=False)
class Many:
    """A list."""

    item: Value


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A selected field under its name in the answer; without a reader it is the name of the type."""

    name: str
    reader: Reader | None
    value: Value

    @property
    def waits(self) -> bool:
        """Whether its value is there only when loaders have been asked."""
        return isinstance(self.reader, Loaded | Awaited)


@dataclass(frozen=True, kw_only=True, eq=False)
class Object:
    """The selected fields of one type, in the order of the selection."""

    type: GraphQLObjectType
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Value:
    """What a field or an item of a list is completed as."""

    shape: Leaf | Many | Object
    nullable: bool

    @property
    def waits(self) -> bool:
        """Whether anything in it has to wait for loaders."""
        return any(field.waits or field.value.waits for field in _fields_in(self.shape))


def _fields_in(shape: Leaf | Many | Object) -> Iterator[Field]:
    if isinstance(shape, Many):
        yield from _fields_in(shape.item.shape)
    elif isinstance(shape, Object):
        yield from shape.fields


class _CannotBePlanned(Exception):
    """A field below is one that only graphql-core can resolve."""


def plan_of(schema: GraphQLSchema, fields_of: FieldsOf, type_: Any, details: Any) -> Value | None:
    """How values of this type are completed; None where a field below cannot be planned.

    `fields_of` gives the selected fields of a type by their names in the answer, and what is deferred of them.
    """
    try:
        return _Planner(schema, fields_of).value(type_, details)
    except _CannotBePlanned:
        return None


class _Planner:
    def __init__(self, schema: GraphQLSchema, fields_of: FieldsOf) -> None:
        self._schema, self._fields_of = schema, fields_of

    def value(self, type_: Any, details: Any) -> Value:
        """The plan of one value; raises _CannotBePlanned."""
        if is_non_null_type(type_):
            return Value(shape=self._shape(type_.of_type, details), nullable=False)
        return Value(shape=self._shape(type_, details), nullable=True)

    def _shape(self, type_: Any, details: Any) -> Leaf | Many | Object:
        if is_leaf_type(type_):
            return Leaf(type=type_)
        if is_list_type(type_):
            return Many(item=self.value(type_.of_type, details))
        if not is_object_type(type_):
            raise _CannotBePlanned
        fields, deferred = self._fields_of(type_, details)
        if deferred:
            raise _CannotBePlanned
        return Object(type=type_, fields=tuple(self._field(type_, name, below) for name, below in fields.items()))

    def _field(self, parent: GraphQLObjectType, name: str, details: Any) -> Field:
        field_name = details[0].node.name.value
        field = self._schema.get_field(parent, field_name)
        if field is None:
            raise _CannotBePlanned
        value = self.value(field.type, details)
        if field_name == "__typename":
            return Field(name=name, reader=None, value=value)
        reader = reader_of(self._schema, parent, field_name)
        if reader is None:
            raise _CannotBePlanned
        return Field(name=name, reader=reader, value=value)
