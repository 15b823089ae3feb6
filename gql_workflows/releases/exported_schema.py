"""The schema as the checked-in document shows it: in alphabetical order, as linters and differences like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from graphql import GraphQLEnumType, build_schema, is_input_object_type, is_interface_type, is_object_type, print_schema

from gql_workflows.schema import schema

Member = TypeVar("Member")


def exported_schema() -> str:
    """The SDL of the schema, sorted; the schema that runs keeps its own order, which introspection shows."""
    copy = build_schema(schema.as_str())
    for type_ in copy.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            type_.values = _sorted(type_.values)
        elif is_object_type(type_) or is_interface_type(type_) or is_input_object_type(type_):
            type_.fields = _sorted(type_.fields)
    return print_schema(copy)


def _sorted(members: Mapping[str, Member]) -> dict[str, Member]:
    return dict(sorted(members.items()))
