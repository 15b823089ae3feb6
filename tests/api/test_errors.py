"""Top-level errors: each has a code of the closed list, whatever raised it and wherever."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from typing import Any, NewType

import pytest
import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from django_workflow_engine import errors as engine
from gql_workflows.errors import BadUserInput, Errors, LimitExceeded, Unauthenticated, public_errors
from tests.client import Api
from tests.factories import UserFactory

SECRET = "the password is swordfish"


def crash(value: Any = None) -> Any:
    raise RuntimeError(SECRET)


Fragile = NewType("Fragile", str)


@strawberry.type
class Query:
    @strawberry.field
    def crash(self) -> int:
        raise RuntimeError(SECRET)

    @strawberry.field
    def take(self, value: Fragile) -> int:
        return 1

    @strawberry.field
    def text(self) -> int:
        return SECRET  # type: ignore[return-value]  # no Int can be made of it


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def numbers(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError(SECRET)

    @strawberry.subscription
    async def texts(self) -> AsyncGenerator[int, None]:
        yield SECRET  # type: ignore[misc]  # no Int can be made of it


class Broken(SchemaExtension):
    """An extension of a project's own that fails."""

    def on_execute(self) -> Iterator[None]:
        crash()
        yield


def schema_with(*extensions: type[SchemaExtension]) -> strawberry.Schema:
    scalars: Any = {Fragile: strawberry.scalar(name="Fragile", serialize=str, parse_value=crash)}
    return strawberry.Schema(
        Query, subscription=Subscription, extensions=extensions, config=StrawberryConfig(scalar_map=scalars)
    )


def run(document: str, *extensions: type[SchemaExtension], **variables: Any) -> list[GraphQLError]:
    result = asyncio.run(schema_with(Errors, *extensions).execute(document, variable_values=variables))
    return result.errors or []


def events(document: str) -> list[tuple[Any, list[GraphQLError]]]:
    """The data and the errors of each event, as they are when it leaves."""

    async def collect() -> list[tuple[Any, list[GraphQLError]]]:
        stream = await schema_with(Errors).subscribe(document)
        return [(event.data, list(event.errors or ())) async for event in stream]

    return asyncio.run(collect())


def codes(errors: list[GraphQLError]) -> list[str]:
    assert SECRET not in str([error.formatted for error in errors])
    return [(error.extensions or {})["code"] for error in errors]


def test_what_a_field_raises_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    (error,) = run("{ crash }")
    assert codes([error]) == ["INTERNAL"]
    assert error.path == ["crash"]
    assert (error.extensions or {})["id"] in caplog.text
    assert SECRET in caplog.text


def test_what_another_extension_raises_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    (error,) = run("{ __typename }", Broken)
    assert codes([error]) == ["INTERNAL"]
    assert (error.extensions or {})["id"] in caplog.text


@pytest.mark.parametrize(
    ("document", "variables"),
    [('{ take(value: "x") }', {}), ("query ($v: Fragile!) { take(value: $v) }", {"v": "x"})],
)
def test_a_value_that_a_scalar_cannot_read_is_the_clients_mistake(document: str, variables: dict[str, Any]) -> None:
    (error,) = run(document, **variables)
    assert codes([error]) == ["BAD_USER_INPUT"]


def test_an_event_that_fails_is_masked_as_a_query_is() -> None:
    first, (data, errors) = events("subscription { numbers }")
    assert first == ({"numbers": 1}, [])
    assert (data, codes(errors)) == (None, ["INTERNAL"])


def test_a_value_that_the_server_cannot_write_is_the_servers_mistake() -> None:
    ((data, errors),) = events("subscription { texts }")
    assert (data, codes(errors)) == (None, ["INTERNAL"])
    assert codes(run("{ text }")) == ["INTERNAL"]


def test_a_subscription_that_cannot_begin_has_a_code() -> None:
    for document in ("subscription { nothing }", "subscription {"):
        ((data, errors),) = events(document)
        assert (data, codes(errors)) == (None, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    ("raised", "extensions"),
    [
        (engine.NotFound("x"), {"code": "NOT_FOUND"}),
        (engine.Forbidden("x"), {"code": "FORBIDDEN"}),
        (engine.MissingPermission("x", permission="y"), {"code": "FORBIDDEN"}),
        (engine.Conflict("x"), {"code": "CONFLICT"}),
        (engine.InUse("x"), {"code": "CONFLICT", "reason": "IN_USE"}),
        (engine.InvalidInput("x"), {"code": "BAD_USER_INPUT", "reason": "INVALID"}),
        (Unauthenticated("x"), {"code": "UNAUTHENTICATED"}),
        (BadUserInput("x"), {"code": "BAD_USER_INPUT"}),
        (LimitExceeded("x", limit="DEPTH", most=1), {"code": "LIMIT_EXCEEDED", "limit": "DEPTH", "most": 1}),
    ],
)  # fmt: skip
def test_what_the_engine_and_the_api_refuse_has_its_code(raised: Exception, extensions: dict[str, Any]) -> None:
    given = [GraphQLError("x", original_error=raised, path=["a"])]
    once = public_errors(given)
    assert [(error.message, error.extensions, error.path) for error in once] == [("x", extensions, ["a"])]
    assert public_errors(once) == once


def test_no_python_is_shown() -> None:
    python = GraphQLError("Value 'x' does not exist in 'StrawberryEnumDefinition(wrapped_cls=<enum 'A'>)'.")
    null = GraphQLError("Expected value of non-null type 'Int!' not to be None.")
    field = GraphQLError("Expected value of type 'A' not to include unknown field 'b', found: {'b': True}.")
    assert [error.message for error in public_errors([python, null, field])] == [
        "A value is not of the type that is expected here.",
        "Expected value of non-null type 'Int!' not to be null.",
        "Expected value of type 'A' not to include unknown field 'b'",
    ]


@pytest.mark.parametrize("value", [{"x": None, "y": True}, [None], True, [False], {"zz": 1}])
@pytest.mark.parametrize(
    "document",
    [
        "query Q($a: Int) { workflows(first: $a) { edges { cursor } } }",
        "query Q($a: ID!) { node(id: $a) { id } }",
    ],
)
@pytest.mark.django_db
def test_a_value_of_a_variable_is_not_told_in_python_s_words(document: str, value: Any) -> None:
    errors = Api(UserFactory()).errors(document, a=value)
    told = " ".join(error["message"] for error in errors)
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert not re.search(r"None|True|False|\{'", told), told
