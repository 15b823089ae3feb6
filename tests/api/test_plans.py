"""Answers by plans: the same as graphql-core's, field for field, and graphql-core's own where anything goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, ClassVar

import pytest
import strawberry
from asgiref.sync import async_to_sync
from django.test import RequestFactory
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionResult

from gql_workflows.context import Context, Info
from gql_workflows.demo.models import DynamicForm
from gql_workflows.execution.fields import planned
from gql_workflows.queries import Query
from gql_workflows.rules import Rule, Ruled
from gql_workflows.schema import Schema, make_schema, schema
from tests.api.statements.asking import nestings, object_type, selection, twice_by_fragments
from tests.api.statements.world import World
from tests.client import URL
from tests.factories import UserFactory

LISTS = {
    "workflows": "Workflow",
    "attachments": "WorkflowAttachment",
    "myApprovals": "ApprovalStep",
    "actionRuns": "ActionRun",
}
PAGE = "{ workflows(first: %d) { edges { node { id nameEn company { username } pipelines { stages { nameEn } } } } } }"


@pytest.fixture(autouse=True)
def plans(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"PLANS": True}  # the rest of the suite is run without, too


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    return World()


@pytest.fixture(scope="module")
def by_graphql_core() -> Schema:
    """The same schema without any plan."""
    plain = make_schema()
    plain.execution_context_class = StrawberryGraphQLCoreExecutionContext
    return plain


def executed(of: Schema, document: str, viewer: Any) -> ExecutionResult:
    context = Context(request=RequestFactory().post(URL), response=None, viewer=viewer)
    return async_to_sync(of.execute)(document, context_value=context)


@pytest.mark.parametrize("field", LISTS)
def test_every_nesting_is_answered_as_graphql_core_does(world: World, by_graphql_core: Schema, field: str) -> None:
    row = object_type(LISTS[field])
    asked = [f"{{ {field}(first: 5) {{ edges {{ node {{ {selection(*found)} }} }} }} }}" for found in nestings(row)]
    twice, fragments = twice_by_fragments(row)
    page = f"totalCount edges {{ cursor node {{ {twice} }} }} pageInfo {{ hasNextPage }}"
    asked.append(f"{{ {field} {{ {page} }} }} {fragments}")
    for document in asked:
        planned, ordinary = (executed(of, document, world.viewer) for of in (schema, by_graphql_core))
        assert planned.errors is ordinary.errors is None, document
        assert planned.data == ordinary.data, document


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the fields that graphql-core resolves one by one."""
    names: list[str] = []
    build: Callable[..., Any] = StrawberryGraphQLCoreExecutionContext.build_resolve_info

    def noting(self: Any, field: Any, nodes: Any, *rest: Any) -> Any:
        names.append(nodes[0].name.value)
        return build(self, field, nodes, *rest)

    monkeypatch.setattr(StrawberryGraphQLCoreExecutionContext, "build_resolve_info", noting)
    return names


@pytest.mark.parametrize("rows", [1, 20])
def test_graphql_core_resolves_the_root_and_plans_all_below_it(world: World, resolved: list[str], rows: int) -> None:
    result = executed(schema, PAGE % rows, world.viewer)
    assert len(result.data["workflows"]["edges"]) == rows  # type: ignore[index]
    assert resolved == ["workflows"]


def test_variables_decide_what_is_skipped_and_included(world: World) -> None:
    document = """query Some($no: Boolean!, $yes: Boolean!) {
      workflows(first: 1) { edges { node { __typename nameEn @skip(if: $yes) ... @include(if: $no) { id }
        company @include(if: $yes) { username } } } }
    }"""
    context = Context(request=RequestFactory().post(URL), response=None, viewer=world.viewer)
    values = {"no": False, "yes": True}
    result = async_to_sync(schema.execute)(document, variable_values=values, context_value=context)
    (edge,) = result.data["workflows"]["edges"]  # type: ignore[index]
    assert edge["node"] == {"__typename": "Workflow", "company": {"username": world.templates[-1].company.username}}


def only_odd(number: int) -> int:
    if number % 2:
        return number
    raise GraphQLError(f"{number} is even")


@strawberry.type
class Fragile:
    """Something of a project's own, made for plans, whose fields fail for some of its rows."""

    number: int

    @planned(description="Fails for even ones.")
    def odd(self) -> int:
        return only_odd(self.number)

    @planned(description="Fails for even ones.")
    def odd_or_null(self) -> int | None:
        return only_odd(self.number)

    @planned(description="Fails for even ones, late.")
    async def late(self, info: Info) -> int | None:
        await info.context.loaders.users.load(0)
        return only_odd(self.number)

    @planned(description="Wrongly: it waits for more than loaders.")
    async def later(self) -> int:
        await asyncio.sleep(0)
        return self.number

    @strawberry.field
    def own(self, info: Info) -> str:
        """A resolver as projects write them, which asks for its place in the answer."""
        return "/".join(map(str, info.path.as_list()))

    @planned(description="Has a fault.")
    def faulty(self) -> int | None:
        return 1 // (self.number - 2)

    @planned(description="Null for one, where none may be.")
    def text(self) -> str:
        return None if self.number == 2 else "text"  # type: ignore[return-value]

    @planned(description="Too large for one.")
    def large(self) -> int | None:
        return 2**40 if self.number == 2 else self.number


@strawberry.type
class FragileQuery(Query):
    """The roots of a project that adds one."""

    @strawberry.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def fragile(self) -> list[Fragile | None]:
        return [Fragile(number=1), Fragile(number=2), None, Fragile(number=3)]

    @strawberry.field(extensions=[Ruled(Rule.SIGNED_IN)])
    def none(self) -> list[Fragile]:
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("field", "answers", "message"),
    [
        ("odd", [1, "gone", 3], "2 is even"),
        ("oddOrNull", [1, None, 3], "2 is even"),
        ("late", [1, None, 3], "2 is even"),
        ("text", ["text", "gone", "text"], "An unexpected error occurred."),
        ("large", [1, None, 3], "An unexpected error occurred."),
    ],
)
def test_what_fails_is_told_at_its_place_and_the_rest_is_answered(
    db: None, field: str, answers: list[Any], message: str
) -> None:
    result = executed(make_schema(query=FragileQuery), f"{{ fragile {{ {field} }} }}", UserFactory())
    one, two, three = (None if answer == "gone" else {field: answer} for answer in answers)
    assert result.data == {"fragile": [one, two, None, three]}
    (error,) = result.errors or ()
    assert (error.path, error.message) == (["fragile", 1, field], message)


def test_a_field_that_waits_for_anything_else_is_left_to_graphql_core(db: None) -> None:
    result = executed(make_schema(query=FragileQuery), "{ fragile { later number } }", UserFactory())
    assert result.errors is None
    assert result.data == {"fragile": [{"later": n, "number": n} if n else None for n in (1, 2, None, 3)]}


def test_a_projects_own_resolver_is_called_as_if_there_were_no_plans(db: None) -> None:
    result = executed(make_schema(query=FragileQuery), "{ fragile { own number } }", UserFactory())
    assert result.errors is None
    expected = [{"own": f"fragile/{index}/own", "number": n} for index, n in ((0, 1), (1, 2), (3, 3))]
    assert result.data == {"fragile": [*expected[:2], None, expected[2]]}


@pytest.mark.parametrize(
    ("selected", "warned"), [("faulty", 1), ("a: faulty b: faulty", 1), ("later", 0), ("odd", 0), ("number", 0)]
)
def test_a_plan_that_fails_is_told_once_in_a_request(
    db: None, caplog: pytest.LogCaptureFixture, selected: str, warned: int
) -> None:
    document = f"{{ fragile {{ {selected} }} again: fragile {{ {selected} }} }}"
    with caplog.at_level("WARNING", logger="gql_workflows.execution.executor"):
        executed(make_schema(query=FragileQuery), document, UserFactory())
    told = [record for record in caplog.records if record.name == "gql_workflows.execution.executor"]
    assert [(record.levelname, record.exc_info[0]) for record in told if record.exc_info] == [
        ("WARNING", ZeroDivisionError)
    ] * warned


def test_one_setting_turns_plans_off(world: World, resolved: list[str], settings: Any) -> None:
    planned = executed(schema, PAGE % 2, world.viewer)
    assert resolved == ["workflows"]
    settings.GQL_WORKFLOWS = {"PLANS": False}
    ordinary = executed(schema, PAGE % 2, world.viewer)
    assert ordinary.data == planned.data
    assert {"company", "username", "stages"} <= set(resolved)


def test_a_list_that_is_not_there_is_an_error_of_its_field(db: None) -> None:
    result = executed(make_schema(query=FragileQuery), "{ none { number } }", UserFactory())
    assert result.data is None
    assert [error.path for error in result.errors or ()] == [["none"]]


def test_an_extension_that_looks_at_every_field_sees_every_field(world: World) -> None:
    class Watching(SchemaExtension):
        seen: ClassVar[list[str]] = []

        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            self.seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    result = executed(make_schema(extensions=[Watching]), PAGE % 1, world.viewer)
    assert result.errors is None
    assert {"workflows", "node", "company", "username", "stages"} <= set(Watching.seen)


def test_a_variable_that_decides_nothing_is_an_error_of_its_own_place(world: World, by_graphql_core: Schema) -> None:
    document = """query Some($maybe: Boolean = true) {
      workflows(first: 1) { edges { node { nameEn company { username @include(if: $maybe) } } } }
    }"""
    answers = []
    for of in (schema, by_graphql_core):
        context = Context(request=RequestFactory().post(URL), response=None, viewer=world.viewer)
        result = async_to_sync(of.execute)(document, variable_values={"maybe": None}, context_value=context)
        answers.append((result.data, [error.path for error in result.errors or ()]))
    assert answers[0] == answers[1]
    assert answers[0][1] == [["workflows", "edges", 0, "node", "company"]]


def test_one_loader_that_fails_leaves_the_others_their_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> DynamicForm:
        raise ValueError("no row")

    monkeypatch.setattr(DynamicForm, "from_db", broken)
    document = "{ attachments(first: 2) { edges { node { steps { assignedTo { username } form { id } } } } } }"
    result = executed(schema, document, world.viewer)
    assert {error.path[-1] for error in result.errors or () if error.path} == {"form"}
    steps = [step for edge in result.data["attachments"]["edges"] for step in edge["node"]["steps"]]  # type: ignore[index]
    assert all(step["assignedTo"] for step in steps)


def test_lists_without_pages_are_counted_while_they_are_found(world: World, settings: Any) -> None:
    again = "pipelines { stages { pipeline { workflow { pipelines { stages { nameEn } } } } } }"
    document = f"{{ workflows(first: 20) {{ edges {{ node {{ {again} }} }} }} }}"
    assert executed(schema, document, world.viewer).errors is None
    settings.GQL_WORKFLOWS = {"LIMITS": {"VALUES": 500}}
    result = executed(schema, document, world.viewer)
    assert result.data is None
    (error,) = result.errors or ()
    assert error.extensions == {"code": "LIMIT_EXCEEDED", "limit": "VALUES", "most": 500, "asked": 501}


@strawberry.type
class Ticking:
    """A stream of a project's own."""

    @strawberry.subscription(extensions=[Ruled(Rule.SIGNED_IN)])
    async def ticks(self) -> AsyncGenerator[Fragile, None]:
        for number in (1, 3, 5):
            yield Fragile(number=number)


def test_every_event_of_a_stream_is_counted_by_itself(db: None, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"LIMITS": {"VALUES": 3}}
    context = Context(request=RequestFactory().post(URL), response=None, viewer=UserFactory())

    async def listen() -> list[Any]:
        stream: Any = await make_schema(subscription=Ticking).subscribe(
            "subscription { ticks { number odd } }", context_value=context
        )
        return [(event.data, event.errors) async for event in stream]

    assert async_to_sync(listen)() == [({"ticks": {"number": n, "odd": n}}, None) for n in (1, 3, 5)]
