"""Documents that passed once: not parsed again, and never a way around a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import RequestFactory
from graphql import GraphQLError, ValidationRule, parse
from strawberry.extensions import SchemaExtension

from gql_workflows.context import Context
from gql_workflows.documents import cache
from gql_workflows.schema import Schema, make_schema, schema
from tests.client import URL
from tests.factories import UserFactory

NOPE = "Cannot query field 'nope' on type 'Query'. Did you mean 'node' or 'nodes'?"
NAMES = "{ viewer { user { username } } }"


@pytest.fixture(autouse=True)
def none_known() -> Iterator[None]:
    cache._known.clear()
    yield
    cache._known.clear()


def errors_of(of: Schema, document: str, viewer: Any) -> list[str]:
    context = Context(request=RequestFactory().post(URL), response=None, viewer=viewer)
    result = async_to_sync(of.execute)(document, context_value=context)
    return [error.message for error in result.errors or ()]


@pytest.mark.django_db
def test_a_document_that_passed_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    monkeypatch.setattr("strawberry.schema.schema.parse", lambda *args, **kw: parsed.append(1) or parse(*args, **kw))
    viewer = UserFactory()
    assert [errors_of(schema, NAMES, viewer) for _ in range(3)] == [[], [], []]
    assert len(parsed) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("document", ["{ nope }", "{ viewer {", NAMES + " " * cache.LONGEST])
def test_what_did_not_pass_or_is_long_is_not_kept(document: str) -> None:
    errors_of(schema, document, UserFactory())
    assert len(cache._known) == 0


@pytest.mark.django_db
def test_a_stranger_fills_nothing() -> None:
    errors_of(schema, NAMES, None)
    assert len(cache._known) == 0


@pytest.mark.django_db
def test_all_that_is_kept_has_a_size() -> None:
    viewer = UserFactory()
    for number in range(30):
        errors_of(schema, f"{NAMES} # {number} {'x' * 15_000}", viewer)
    assert 0 < cache._known.currsize <= cache.MOST


class NoUsers(ValidationRule):
    """A rule of a project's own."""

    def enter_field(self, node: Any, *_rest: Any) -> None:
        if node.name.value == "user":
            self.report_error(GraphQLError("Not for you."))


class StaffAlone(SchemaExtension):
    """Adds the rule for everybody but staff."""

    def on_validate(self) -> Iterator[None]:
        if not self.execution_context.context.viewer.is_staff:
            self.execution_context.validation_rules = (*self.execution_context.validation_rules, NoUsers)
        yield


@pytest.mark.django_db
def test_a_rule_that_an_extension_adds_holds_for_known_documents_too() -> None:
    own = make_schema(extensions=[StaffAlone])
    assert errors_of(own, NAMES, UserFactory(is_staff=True)) == []
    assert errors_of(own, NAMES, UserFactory()) == ["Not for you."]


class Replacing(SchemaExtension):
    """Runs another document than the one whose text was sent."""

    def on_parse(self) -> Iterator[None]:
        yield
        if self.execution_context.context.viewer.is_staff:
            self.execution_context.graphql_document = parse("{ nope }")


@pytest.mark.django_db
def test_a_document_that_an_extension_puts_in_place_is_validated() -> None:
    own = make_schema(extensions=[Replacing])
    assert errors_of(own, NAMES, UserFactory()) == []
    assert errors_of(own, NAMES, UserFactory(is_staff=True)) == [NOPE]
