"""Documents made from the schema: every nesting that it allows below a type."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

from gql_workflows.schema import schema

Path = tuple[str, ...]


def object_type(name: str) -> GraphQLObjectType:
    found = schema._schema.get_type(name)
    assert isinstance(found, GraphQLObjectType)
    return found


def nested(kind: GraphQLObjectType) -> Iterator[tuple[str, GraphQLObjectType]]:
    """The fields of a type that lead to another object and can be asked without arguments."""
    for name, field in kind.fields.items():
        needs = any(isinstance(argument.type, GraphQLNonNull) for argument in field.args.values())
        inner: Any = get_named_type(field.type)
        if is_object_type(inner) and not needs:
            yield name, inner


def leaves(kind: GraphQLObjectType) -> str:
    """Every field of a type that is a value."""
    return " ".join(name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)))


def nestings(kind: GraphQLObjectType) -> Iterator[tuple[Path, GraphQLObjectType]]:
    """One path to each field of each type that is reachable, the shortest one, by breadth."""
    waiting: deque[tuple[Path, GraphQLObjectType]] = deque([((), kind)])
    met = {kind.name}
    while waiting:
        path, current = waiting.popleft()
        yield path, current
        for name, inner in nested(current):
            if inner.name in met:
                yield (*path, name), inner
            else:
                met.add(inner.name)
                waiting.append(((*path, name), inner))


def selection(path: Path, kind: GraphQLObjectType) -> str:
    """The values of the type at the end of a path."""
    inner = leaves(kind) or "__typename"
    for name in reversed(path):
        inner = f"{name} {{ {inner} }}"
    return inner


def twice_by_fragments(kind: GraphQLObjectType) -> tuple[str, str]:
    """A selection that asks every nested field of a type twice, under aliases and through fragments; and those."""
    fragments = [
        f"fragment F{index} on {inner.name} {{ {leaves(inner) or '__typename'} }}"
        for index, (_name, inner) in enumerate(nested(kind))
    ]
    fields = [
        f"a{index}: {name} {{ ...F{index} }} b{index}: {name} {{ ...F{index} }}"
        for index, (name, _inner) in enumerate(nested(kind))
    ]
    return f"{leaves(kind)} {' '.join(fields)}", " ".join(fragments)
