"""The schema as a document: checked in, described, and with a rule on every root field."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import strawberry
import strawberry_django
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from graphql import GraphQLSchema, build_schema, get_named_type, is_enum_type, is_input_object_type, is_object_type
from strawberry.permission import BasePermission
from strawberry.types import get_object_definition
from strawberry_django.permissions import IsAuthenticated

from gql_workflows.context import Context, Info
from gql_workflows.mutations import Mutation
from gql_workflows.nodes.lookup import NODE_TYPES
from gql_workflows.queries import Query
from gql_workflows.releases.exported_schema import exported_schema
from gql_workflows.rules import Rule, Ruled, Staff, check_all_ruled, rule_of
from gql_workflows.schema import make_schema
from gql_workflows.subscriptions.fields import Subscription
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import UserFactory

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

    with pytest.raises(ImproperlyConfigured, match=r"Careless\.secret has no rule.*Ruled\(Rule\.SIGNED_IN\)"):
        check_all_ruled(Careless)


@pytest.mark.parametrize("root", ["query", "mutation", "subscription"])
def test_a_schema_of_a_project_with_a_root_field_without_a_rule_is_not_made(root: str) -> None:
    def loud() -> str:
        return "told"

    async def stream() -> AsyncGenerator[str, None]:
        yield "told"

    ours = {"query": Query, "mutation": Mutation, "subscription": Subscription}[root]
    make, resolver = (strawberry.subscription, stream) if root == "subscription" else (strawberry.field, loud)
    bare = strawberry.type(type(ours.__name__, (ours,), {"loud": make(resolver=resolver)}))
    with pytest.raises(ImproperlyConfigured, match=rf"{ours.__name__}\.loud has no rule"):
        make_schema(**{root: bare})


class Clerk(BasePermission):
    """A permission class of a project's own, in strawberry's way."""

    message = "Clerks alone."

    def has_permission(self, source: Any, info: Any, **arguments: Any) -> bool:
        return getattr(info.context.viewer, "username", None) == "clerk"


@strawberry.type
class OwnQuery(Query):
    """Fields of a project's own, each with a rule of another kind."""

    @strawberry.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def mine(self, info: Info) -> str:
        return str(info.context.user.username)

    @strawberry.field(extensions=[Ruled(Staff("auth.view_user"))])
    async def office(self) -> str:
        return "office"

    @strawberry.field(extensions=[Ruled(Rule.PUBLIC)])
    def open(self) -> str:
        return "open"

    @strawberry.field(permission_classes=[Clerk])
    def desk(self) -> str:
        return "desk"

    @strawberry_django.field(extensions=[IsAuthenticated()])
    def inner(self) -> str:
        return "inner"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "answered"),
    [(None, {"open"}), ("mona", {"mine", "open", "inner"}), ("clerk", {"mine", "open", "inner", "desk"})],
)
def test_the_rules_of_a_projects_own_fields_are_asked(name: str | None, answered: set[str]) -> None:
    viewer = None if name is None else UserFactory(username=name)
    own = make_schema(query=OwnQuery)
    given = set()
    for field in ("mine", "office", "open", "desk", "inner"):
        request = RequestFactory().post("/graphql/")
        request.user = viewer or AnonymousUser()
        context = Context(request=request, response=None, viewer=viewer)
        result = async_to_sync(own.execute)(f"{{ {field} }}", context_value=context)
        given |= set() if result.errors else {field}
    assert given == answered


def test_every_node_type_has_a_finder_behind_the_node_door(built: GraphQLSchema) -> None:
    nodes = {name for name, type_ in built.type_map.items() if "Node" in _interfaces(type_)}
    assert nodes == NODE_TYPES


def test_whatever_an_edge_leads_to_is_a_node_but_that_a_run_is_stuck(built: GraphQLSchema) -> None:
    edges = [type_ for name, type_ in built.type_map.items() if name.endswith("Edge") and "node" in type_.fields]
    rows = {get_named_type(edge.fields["node"].type) for edge in edges}
    assert {row.name for row in rows if "Node" not in _interfaces(row)} == {"StuckAttachment"}


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
