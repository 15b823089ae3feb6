"""What a misspelt name may have meant, as graphql-core finds it, where that tells nothing secret and costs little.

A look for suggestions compares a name with all that could stand there, in a time and a memory that grow with its
length. So there is none in a long document or among long variables, and in no document are there more than a few.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLError, GraphQLSchema, ValidationContext, ValidationRule

from gql_workflows import conf

MOST: Final = 5  # of one document; among the names of types each takes milliseconds
LONGEST_DOCUMENT: Final = 10_000  # characters
LONGEST_NAME: Final = 100  # characters of what stands in place of an enum's value
LARGEST_VARIABLES: Final = 1_000  # characters of names and texts together, and other values


class FewSuggestions(ValidationRule):
    """No rule by itself: says to those beside it whether they look for suggestions."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        location = context.document.loc
        short = location is not None and len(location.source.body) <= LONGEST_DOCUMENT
        report, found = context.on_error, count(1)

        def counted(error: GraphQLError) -> None:
            if next(found) >= MOST:
                context._hide_suggestions = True
            report(error)

        context._hide_suggestions = not (short and conf.introspection())
        context.on_error = counted  # type: ignore[method-assign]  # it is a callback that was put there


def are_hidden(variables: Any) -> bool:
    """Whether no suggestions are looked for where these variables are read."""
    return not (conf.introspection() and _room_after(variables, LARGEST_VARIABLES) >= 0)


def _room_after(value: Any, room: int) -> int:
    """What is left of the room behind this value; below 0 where there is not enough, which ends the look."""
    if isinstance(value, str):
        return room - len(value)
    parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    room -= 1
    for part in parts:
        if room < 0:
            break
        room = _room_after(part, room)
    return room


def spare_enums(schema: GraphQLSchema) -> None:
    """Have the enums of a schema look for no suggestions for a long text.

    graphql-core tries a variable's value before it judges it, and looks for suggestions then which nobody is shown.
    """
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            type_.coerce_input_value = partial(_read, type_.coerce_input_value)  # type: ignore[method-assign]


def _read(read: Callable[[Any, bool], Any], value: Any, hide_suggestions: bool = False) -> Any:
    is_short = isinstance(value, str) and len(value) <= LONGEST_NAME
    return read(value, hide_suggestions or not is_short)
