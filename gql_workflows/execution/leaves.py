"""How texts, numbers and JSON are written, and which objects are of a type."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    is_enum_type,
)

from gql_workflows.execution.budget import NUMBER, size_of
from gql_workflows.execution.plans import NotPlain

__all__ = ["NUMBER", "UNUSUAL", "LeafKind", "checked", "kind_of", "meeting", "size_of"]


class LeafKind(enum.Enum):
    """What plans know of a type."""

    TEXT = "a text"
    INT = "a number of 32 bits"
    FLAG = "true or false"
    FLOAT = "a number"
    ENUM = "one of a few names"
    OTHER = "whatever a scalar of the project's makes"


_KINDS: Final[Mapping[Any, LeafKind]] = {
    GraphQLString: LeafKind.TEXT,
    GraphQLID: LeafKind.TEXT,
    GraphQLInt: LeafKind.INT,
    GraphQLBoolean: LeafKind.FLAG,
    GraphQLFloat: LeafKind.FLOAT,
}

# When the value of a variable is not as it is written already, so that the type has to coerce it; empty: always.
UNUSUAL: Final = {
    LeafKind.TEXT: "{0}.__class__ is not str",
    LeafKind.INT: "{0}.__class__ is not int or not -2147483648 <= {0} <= 2147483647",
    LeafKind.FLAG: "{0} is not True and {0} is not False",
    LeafKind.FLOAT: "",
    LeafKind.OTHER: "",
}


def kind_of(type_: GraphQLLeafType) -> LeafKind:
    """What plans know of a type."""
    return LeafKind.ENUM if is_enum_type(type_) else _KINDS.get(type_, LeafKind.OTHER)


def checked(type_: GraphQLLeafType) -> Callable[[Any], Any]:
    """What writes a value of the type; raises where graphql-core would not write it as it is."""
    coerce = type_.coerce_output_value

    def complete(value: Any) -> Any:
        if value is None or isinstance(value, Exception) or isawaitable(value):
            raise NotPlain
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise NotPlain
        return coerced

    return complete


def meeting(type_: GraphQLObjectType) -> tuple[set[type], Callable[[Any], None]]:
    """The classes whose objects are of the type, as far as they were met, and what meets another one's."""
    met: set[type] = set()
    is_type_of: Any = type_.is_type_of

    def meet(source: Any) -> None:
        if source is None or source is Undefined or isinstance(source, Exception) or isawaitable(source):
            raise NotPlain
        if is_type_of is not None and is_type_of(source, None) is not True:
            raise NotPlain
        met.add(source.__class__)

    return met, meet
