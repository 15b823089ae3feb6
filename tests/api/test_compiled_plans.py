"""What a document is compiled to, how long it is kept, and what is not done twice where a plan fails."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from asgiref.sync import async_to_sync
from django.test import RequestFactory
from graphql import GraphQLError

from gql_workflows.context import Context
from gql_workflows.documents import cache
from gql_workflows.execution.fields import planned
from gql_workflows.execution.kept import plans_of
from gql_workflows.execution.source import Compiled
from gql_workflows.mutations import Mutation
from gql_workflows.rules import Rule, mutation
from gql_workflows.schema import Schema, make_schema, schema
from tests.api.conftest import Office
from tests.client import URL

PAGE = "query ($no: Boolean!) { workflows { edges { node { zebra: nameEn %s status @skip(if: $no) } } } }"


@pytest.fixture(autouse=True)
def plans(settings: Any) -> Iterator[None]:
    settings.GQL_WORKFLOWS = {"PLANS": True}  # the rest of the suite is run without, too
    cache._known.clear()
    yield
    cache._known.clear()


def run(of: Schema, document: str, viewer: Any, **variables: Any) -> Any:
    context = Context(request=RequestFactory().post(URL), response=None, viewer=viewer)
    return async_to_sync(of.execute)(document, variable_values=variables, context_value=context)


def kept() -> list[Compiled]:
    """The plans of the documents that are kept."""
    chosen = [plans for known in cache._known.values() for plans in plans_of(known.document)._by_choice.values()]
    return [plan for plans in chosen for plan in plans.values() if isinstance(plan, Compiled)]


def test_nothing_that_a_client_wrote_is_part_of_the_source(office: Office) -> None:
    office.template(1)
    result = run(schema, PAGE % "", office.owner, no=False)
    assert [edge["node"] for edge in result.data["workflows"]["edges"]] == [
        {"zebra": "Purchase approval", "status": "ACTIVE"}
    ]
    (plan,) = kept()
    assert "source.name_en" in plan.text
    assert not any(name in plan.text for name in ("zebra", "nameEn", "workflows", "edges:", "Workflow"))


def test_a_document_is_compiled_once_for_each_choice(office: Office) -> None:
    office.template(1)
    for _again in range(2):
        for no in (True, False):
            run(schema, PAGE % "", office.owner, no=no)
    assert len(kept()) == 2


def test_plans_go_with_their_document(office: Office) -> None:
    run(schema, PAGE % "", office.owner, no=True)
    before = len(cache._beside)
    cache._known.clear()
    gc.collect()
    assert len(cache._beside) < before


def test_an_attribute_with_few_values_is_looked_up_for_each_of_them(office: Office) -> None:
    office.template(1, status="active")
    office.template(1, status="draft")
    for _again in range(2):
        result = run(schema, PAGE % "", office.owner, no=False)
        assert {edge["node"]["status"] for edge in result.data["workflows"]["edges"]} == {"ACTIVE", "DRAFT"}


calls: list[str] = []


@strawberry.type
class Thing:
    """What a mutation of the project gives."""

    number: int

    @planned(description="Fails.")
    def broken(self) -> int | None:
        raise GraphQLError("It is broken.")


@mutation(Rule.SIGNED_IN, description="Notes that it was called.")
def note(info: strawberry.Info[Any, None], name: str) -> Thing:
    calls.append(name)
    return Thing(number=len(calls))


@strawberry.type
class Notes(Mutation):
    """The mutations of a project that adds one."""

    note = note


def test_a_mutation_is_carried_out_once_and_in_order_where_a_plan_fails(office: Office) -> None:
    calls.clear()
    document = '{ a: note(name: "a") { number } b: note(name: "b") { number broken } c: note(name: "c") { number } }'
    result = run(make_schema(mutation=Notes), f"mutation {document}", office.owner)
    assert calls == ["a", "b", "c"]
    assert result.data == {"a": {"number": 1}, "b": {"number": 2, "broken": None}, "c": {"number": 3}}
    assert [(error.message, error.path) for error in result.errors] == [("It is broken.", ["b", "broken"])]
