"""What one document may ask for: beyond it, it is refused before it is validated, whatever it is made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from graphql import OperationDefinitionNode, get_introspection_query, parse

from gql_workflows import conf
from tests.api.conftest import Office
from tests.api.limiting import asked, limited, passes
from tests.client import URL, Api
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
OPERATIONS = Path(__file__).parents[2] / "examples" / "typescript" / "operations"


class TestEachLimit:
    """A document at the limit passes; one more is refused, with the limit, its value and what was asked."""

    @pytest.mark.parametrize(
        ("limit", "most", "document", "more"),
        [
            ("DEPTH", 3, "{ viewer { user { id } } }", "{ workflow(id: 1) { clonedFrom { company { id } } } }"),
            ("FIELDS", 3, "{ viewer { user { id } } }", "{ viewer { user { id username } } }"),
            ("ROOT_FIELDS", 2, "{ a: __typename b: __typename }", "{ a: __typename b: __typename c: __typename }"),
            ("ALIASES", 1, "{ viewer { user { a: id username } } }", "{ viewer { user { a: id b: username } } }"),
            ("DIRECTIVES", 1, "{ __typename @skip(if: false) }", "query @x { __typename @skip(if: false) }"),
            ("OPERATIONS", 1, "query A { __typename }", "query A { __typename } query B { __typename }"),
        ],
    )  # fmt: skip
    def test_one_more_is_refused(self, limit: str, most: int, document: str, more: str) -> None:
        with limited(**{limit: most}):
            assert passes(document)
            assert asked(more) == (limit, most, most + 1)

    @pytest.mark.parametrize(
        "more",
        [
            "{ viewer { ...V } } fragment V on Viewer { user { ...U } } fragment U on User { id username displayName }",
            "{ ... { viewer { ... on Viewer { user { id username displayName } } } } }",
            "{ viewer { user { id ...U ...U } } } fragment U on User { username }",
            "query A { __typename } query B { viewer { user { id username displayName } } }",
            "{ __typename } fragment Unused on Query { viewer { user { id username displayName } } }",
        ],
    )
    def test_fragments_and_operations_that_are_not_run_count_too(self, more: str) -> None:
        with limited(FIELDS=4):
            assert asked(more) == ("FIELDS", 4, 5)

    def test_a_fragment_counts_as_often_as_it_is_spread(self) -> None:
        document = "{ a: viewer { ...V } b: viewer { ...V } } fragment V on Viewer { user { c: id d: id } }"
        with limited(ALIASES=5):
            assert asked(document) == ("ALIASES", 5, 6)
        with limited(ROOT_FIELDS=2):
            assert asked("{ ...R ...R ...R } fragment R on Query { __typename }") == ("ROOT_FIELDS", 2, 3)

    def test_every_limit_that_is_exceeded_is_told(self) -> None:
        with limited(DEPTH=1, FIELDS=1):
            errors = Api().errors("{ viewer { user { id } } }")
        assert [error["extensions"]["limit"] for error in errors] == ["DEPTH", "FIELDS"]

    def test_the_length_of_the_text_is_limited(self) -> None:
        with limited(TOKENS=10, CHARACTERS=100):
            assert passes("{ " + "__typename " * 8 + "}")
            for document in (
                "{ " + "__typename " * 9 + "}",
                "{ __typename }" + " " * 90,
                "#\n" * 11 + "{ __typename }",
            ):
                (error,) = Api().errors(document)
                assert error["extensions"]["code"] == "LIMIT_EXCEEDED"

    def test_a_refused_mutation_changes_nothing(self, office: Office) -> None:
        one = 'createWorkflow(input: { nameEn: "x" }) { errors { code } }'
        mutation = "mutation { " + " ".join(f"m{number}: {one}" for number in range(21)) + " }"
        with unchanged():
            errors = Api(office.owner).errors(mutation)
        assert [error["extensions"]["limit"] for error in errors] == ["ROOT_FIELDS"]

    def test_the_limits_hold_for_a_get_too(self) -> None:
        with limited(FIELDS=2):
            response = Api().http.get(URL, {"query": "{ viewer { user { id } } }"})
        assert response.json()["errors"][0]["extensions"]["limit"] == "FIELDS"


class TestWhatMustPass:
    """The defaults let real clients through."""

    def test_the_introspection_of_graphiql_passes(self) -> None:
        options = {"specified_by_url": True, "directive_is_repeatable": True, "schema_description": True}
        query = get_introspection_query(**options, input_value_deprecation=True)
        assert Api().run(query)["__schema"]["queryType"] == {"name": "Query", "kind": "OBJECT"}

    @pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda path: path.stem)
    def test_every_operation_of_a_clients_file_passes_with_its_largest_page(self, path: Path) -> None:
        text = path.read_text("utf-8")
        for node in parse(text).definitions:
            if isinstance(node, OperationDefinitionNode) and node.name is not None:
                sent = {"query": text, "operationName": node.name.value, "variables": {"first": 100}}
                response = Api().http.post(URL, sent, content_type="application/json")
                assert "LIMIT_EXCEEDED" not in response.content.decode(), node.name.value


class TestIntrospection:
    """Reading the schema is allowed unless a setting says otherwise."""

    @pytest.mark.parametrize("document", ["{ __schema { queryType { name } } }", '{ __type(name: "User") { name } }'])
    def test_it_can_be_switched_off(self, document: str) -> None:
        assert passes(document)
        assert "errors" not in Api().raw(document).json()
        with override_settings(GQL_WORKFLOWS={"INTROSPECTION": False}):
            response = Api().raw(document)
            assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"BAD_USER_INPUT"}
            assert "data" not in response.json()
            assert Api().run("{ __typename }") == {"__typename": "Query"}

    def test_types_below_types_are_refused(self) -> None:
        document = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
        assert {error["extensions"]["code"] for error in Api().errors(document)} == {"BAD_USER_INPUT"}


class TestSettings:
    """A setting that could not work is told at start-up."""

    @pytest.mark.parametrize(
        ("given", "identifier"),
        [
            ([], "E020"),
            ({"LIMITS": 5}, "E021"),
            ({"LIMITS": {"DEEPNESS": 5}}, "E021"),
            ({"LIMITS": {"DEPTH": 0}}, "E022"),
            ({"LIMITS": {"DEPTH": "9"}}, "E022"),
            ({"LIMITS": {"DEPTH": True}}, "E022"),
            ({"MAX_BODY_BYTES": -1}, "E023"),
            ({"INTROSPECTION": "no"}, "E024"),
        ],
    )
    def test_a_bad_one_is_refused_with_a_hint(self, given: Any, identifier: str) -> None:
        with override_settings(GQL_WORKFLOWS=given):
            found = [message for message in run_checks() if message.id == f"gql_workflows.{identifier}"]
        assert len(found) == 1
        assert found[0].hint

    def test_good_ones_are_taken(self) -> None:
        given = {"LIMITS": {"DEPTH": 30, "COST": 10}, "MAX_BODY_BYTES": 10, "INTROSPECTION": False}
        with override_settings(GQL_WORKFLOWS=given):
            assert [message for message in run_checks() if (message.id or "").startswith("gql_workflows.E02")] == []
            assert (conf.limits().depth, conf.limits().cost, conf.limits().fields) == (30, 10, 500)

    def test_the_documented_limits_are_those_of_the_code(self) -> None:
        rows = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", PROTOCOL.read_text("utf-8"), re.MULTILINE)
        assert {name.lower(): int(value) for name, value in rows} == vars(conf.Limits())
