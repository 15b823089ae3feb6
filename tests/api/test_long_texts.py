"""Texts of a client's length: no pattern runs over them, and no answer repeats more than their beginning."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError

import gql_workflows
from gql_workflows.errors import MOST_ERRORS, public_errors
from gql_workflows.errors.messages import MOST_CHARACTERS
from tests.api.conftest import Office
from tests.client import URL, Api

pytestmark = pytest.mark.django_db
SUGGESTIONS = " Did you mean " * 100_000
BY_STATUS = "query ($value: WorkflowStatus) { workflows(filters: { status: $value }) { totalCount } }"
BY_FILTERS = "query ($value: WorkflowFilter) { workflows(filters: $value) { totalCount } }"
BY_NUMBER = "query ($value: Int) { workflows(first: $value) { totalCount } }"
BY_ID = "query ($value: ID!) { node(id: $value) { id } }"
BY_CURSOR = "query ($value: String) { workflows(after: $value) { totalCount } }"


@pytest.fixture(autouse=True)
def large_bodies(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000


def check_short(errors: list[dict[str, Any]]) -> None:
    assert 0 < len(errors) <= MOST_ERRORS
    assert max(len(error["message"]) for error in errors) <= MOST_CHARACTERS
    assert {error["extensions"]["code"] for error in errors} <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}


@pytest.mark.parametrize("text", [SUGGESTIONS, "x" * 1_400_000, "?" * 1_400_000], ids=["suggestions", "x", "marks"])
@pytest.mark.parametrize(
    ("document", "shape"),
    [
        (BY_STATUS, lambda text: text),
        (BY_FILTERS, lambda text: {text: 1}),
        (BY_FILTERS, lambda text: {"status": text}),
        (BY_FILTERS, lambda text: {"search": text}),
        (BY_FILTERS, lambda text: {"search": {text: text}}),
        (BY_NUMBER, lambda text: text),
        (BY_NUMBER, lambda text: [text]),
        (BY_CURSOR, lambda text: text),
    ],
)
def test_a_variable_is_not_repeated(office: Office, document: str, shape: Any, text: str) -> None:
    check_short(Api(office.owner).errors(document, value=shape(text)))


def test_an_operation_name_is_not_repeated() -> None:
    sent = {"query": "query A { __typename }", "operationName": SUGGESTIONS}
    response = Api().http.post(URL, sent, content_type="application/json")
    assert response.status_code == 400
    check_short(response.json()["errors"])


@pytest.mark.parametrize(
    "document",
    ["{ %s }", "query %s { __typename } query %s { x }", "{ ...%s }", "{ %s: viewer { user { id } } %s: __typename }"],
)
def test_a_name_in_a_document_is_not_repeated(document: str) -> None:
    check_short(Api().errors(document.replace("%s", "n" * 30_000)))


def test_an_id_of_any_length_names_nothing(office: Office) -> None:
    assert Api(office.owner).run(BY_ID, value="QUJD" * 250_000) == {"node": None}


def test_many_faults_of_one_document_are_a_short_list(office: Office) -> None:
    unused = " ".join(f"$a{number}: Int" for number in range(1_000))
    check_short(Api().errors(f"query ({unused}) {{ __typename }}"))
    ordering = "query ($value: [WorkflowOrder!]) { workflows(ordering: $value) { totalCount } }"
    check_short(Api(office.owner).errors(ordering, value=[{"nameEn": SUGGESTIONS[:1000]}] * 2_000))


def test_many_errors_of_one_result_are_a_short_list() -> None:
    assert len(public_errors(GraphQLError("x", extensions={"code": "NOT_FOUND"}) for _ in range(5_000))) == MOST_ERRORS


def test_patterns_are_used_where_texts_are_short_alone() -> None:
    root = Path(gql_workflows.__file__).parent
    using = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) and any(alias.name in ("re", "regex") for alias in node.names)
    }
    # messages that were cut, paths of our own files, and what whoever runs the server has set
    assert using == {"errors/__init__.py", "server/static.py", "conf/options.py", "server/values.py"}
