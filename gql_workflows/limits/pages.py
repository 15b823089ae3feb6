"""How many objects one field may answer with: an estimate from the document alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_list_type,
)

from gql_workflows import conf

Variables: TypeAlias = Mapping[str, Any]
_SIZES: Final = frozenset({"first", "last"})
_DIGITS: Final = 20  # a number that is longer is no Int


class Pages:
    """The sizes of pages and lists.

    A field with `first` and `last` counts as a page of that size, or of the usual one; a list counts as many objects
    as an argument of it names, else as LIST_SIZE. Variables count with the values of the request, else their defaults.
    """

    def __init__(self, schema: GraphQLSchema, *, list_size: int, variables: Variables) -> None:
        self._types, self._list_size, self._variables = len(schema.type_map), list_size, variables

    def times(self, node: FieldNode, field: GraphQLField, parent: GraphQLNamedType | None) -> int:
        """How many objects the field may answer with."""
        if "first" in field.args or "last" in field.args:
            return self._page_size(node)
        name = parent.name if parent else ""
        if not is_list_type(get_nullable_type(field.type)) or (name.endswith("Connection") and _name(node) == "edges"):
            return 1  # the edges of a page are counted where its size is said
        if name == "__Schema" and _name(node) == "types":
            return self._types
        given = (self._value(argument.value) for argument in node.arguments or ())
        return max([self._list_size, *(len(value) for value in given if isinstance(value, list))])

    def _page_size(self, node: FieldNode) -> int:
        given = [self._value(argument.value) for argument in node.arguments or () if argument.name.value in _SIZES]
        sizes = [int(value) for value in given if _is_number(value)]
        asked = max(sizes, default=conf.DEFAULT_PAGE_SIZE)
        return min(max(asked, 1), conf.MAX_PAGE_SIZE)  # any other size is refused by the field itself

    def _value(self, node: ValueNode) -> Any:
        return self._variables.get(node.name.value) if isinstance(node, VariableNode) else _literal(node)


def variables_of(operation: OperationDefinitionNode, given: Variables | None) -> Variables:
    """The values of an operation's variables: the given ones, and the defaults of the others."""
    definitions = operation.variable_definitions or ()
    defaults = {
        node.variable.name.value: _literal(node.default_value) for node in definitions if node.default_value is not None
    }
    return {**defaults, **(given or {})}


def _literal(node: ValueNode) -> Any:
    """The number, the list or the object that is written there; what is in them stays as it is."""
    if isinstance(node, ListValueNode):
        return list(node.values)
    if isinstance(node, IntValueNode) and len(node.value) < _DIGITS:
        return int(node.value)
    return node if isinstance(node, ObjectValueNode) else None


def _name(node: FieldNode) -> str:
    return node.name.value


def _is_number(value: Any) -> bool:
    """Whether an Int may be made of it: 5, and 5.0, as JSON has it."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
