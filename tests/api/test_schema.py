"""The schema as a document: checked in, described, and with a rule on every root field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, build_schema, is_enum_type, is_input_object_type, is_object_type
from strawberry.types import get_object_definition

from gql_workflows.exported_schema import exported_schema
from gql_workflows.lookup import NODE_TYPES
from gql_workflows.mutations import Mutation
from gql_workflows.queries import Query
from gql_workflows.rules import Rule, refuse_unruled, rule_of
from gql_workflows.subscriptions.fields import Subscription
from tests.api.conftest import Office
from tests.client import Api

CHECKED_IN = Path(__file__).parents[2] / "schema.graphql"
PUBLIC = {"login", "logout", "viewer"}
ROOTS = [
    (root.__name__, field.python_name)
    for root in (Query, Mutation, Subscription)
    for field in get_object_definition(root).fields
]


@pytest.fixture(scope="module")
def built() -> GraphQLSchema:
    return build_schema(CHECKED_IN.read_text("utf-8"))


def test_the_checked_in_schema_is_the_codes_own() -> None:
    assert CHECKED_IN.read_text("utf-8") == exported_schema() + "\n", "run `make schema`"


def test_everything_in_the_schema_is_described(built: GraphQLSchema) -> None:
    bare = []
    for name, type_ in built.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        bare += [] if type_.description else [name]
        if is_enum_type(type_):
            bare += [f"{name}.{value}" for value, spec in type_.values.items() if not spec.description]
        if is_object_type(type_) or is_input_object_type(type_):
            for field_name, field in type_.fields.items():
                bare += [] if field.description else [f"{name}.{field_name}"]
                arguments = getattr(field, "args", {})
                bare += [f"{name}.{field_name}({arg})" for arg, spec in arguments.items() if not spec.description]
    assert bare == []


@pytest.mark.parametrize(("root", "field"), ROOTS)
def test_every_root_field_has_a_rule_and_only_the_session_is_public(root: str, field: str) -> None:
    definition = get_object_definition(
        {"Query": Query, "Mutation": Mutation, "Subscription": Subscription}[root], strict=True
    )
    found = rule_of(next(entry for entry in definition.fields if entry.python_name == field))
    assert found is not None
    assert (found is Rule.PUBLIC) == (field in PUBLIC)


def test_a_root_field_without_a_rule_is_refused() -> None:
    @strawberry.type
    class Careless:
        @strawberry.field
        def secret(self) -> str:
            return "told"

    with pytest.raises(TypeError, match=r"Careless\.secret has no rule"):
        refuse_unruled(Careless)


def test_every_node_type_has_a_finder_behind_the_node_door(built: GraphQLSchema) -> None:
    nodes = {name for name, type_ in built.type_map.items() if "Node" in _interfaces(type_)}
    assert nodes == NODE_TYPES


def _interfaces(type_: Any) -> set[str]:
    return {interface.name for interface in getattr(type_, "interfaces", ())}


@pytest.mark.django_db
def test_names_follow_the_language_of_the_request(office: Office) -> None:
    office.template(3, name_ar="شراء")
    document = "{ workflows { edges { node { nameEn nameAr name } } } }"
    for language, name in (("en", "Purchase approval"), ("ar", "شراء")):
        api = Api(office.owner, **{"Accept-Language": language})
        (edge,) = api.run(document)["workflows"]["edges"]
        assert edge["node"] == {"nameEn": "Purchase approval", "nameAr": "شراء", "name": name}
