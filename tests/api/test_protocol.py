"""HTTP: what is no GraphQL request is refused before it is run, and no Python text leaves the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import override_settings

from django_workflow_engine import services
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.client import URL, Api
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
TYPENAME = json.dumps({"query": "{ __typename }"})


def post(body: Any, content_type: str = "application/json", **headers: str) -> Any:
    return Api().http.post(URL, body, content_type=content_type, headers=headers)


def code_of(response: Any) -> str:
    assert response.headers["Content-Type"].startswith("application/json")
    (error,) = response.json()["errors"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"1",
        b"null",
        b'"x"',
        b"[]",
        b"{}",
        b"{",
        b"\xff\xfe\x00",
        b'{"query": 1}',
        b'{"query": null}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "x"}',
        b'{"query": "{ __typename }", "extensions": 3}',
        b'[{"query": "{ __typename }"}]',
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "operationName": "\\ud800"}',
        b'{"query": "{ __typename }", "operationName": "\xed\xa0\x80"}',
        '{"query": "{ __typename }"}'.encode("utf-16"),
        b"[" * 20_000,
        b'{"a":' * 20_000,
    ],
)
def test_a_malformed_body_is_a_400_in_json(body: bytes) -> None:
    response = post(body)
    assert response.status_code == 400
    assert code_of(response) == "BAD_USER_INPUT"


def test_a_body_may_begin_with_a_byte_order_mark() -> None:
    assert post(b"\xef\xbb\xbf" + TYPENAME.encode()).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 200), ("Identity", 200)])
def test_a_body_comes_as_it_is(encoding: str, status: int) -> None:
    response = post(TYPENAME, **{"Content-Encoding": encoding})
    assert response.status_code == status
    assert status == 200 or "compressed" in response.json()["errors"][0]["message"]


def test_requests_are_sent_one_by_one() -> None:
    (error,) = post(f"[{TYPENAME}]").json()["errors"]
    assert error["message"] == "Send one request at a time: a list of them is not taken."


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_read(content_type: str) -> None:
    assert post(TYPENAME, content_type).status_code == 415


@override_settings(GQL_WORKFLOWS={"MAX_BODY_BYTES": 100})
def test_a_body_beyond_the_limit_is_refused() -> None:
    assert post(TYPENAME).status_code == 200
    response = post(json.dumps({"query": "{ __typename }" + " " * 100}))
    assert (response.status_code, code_of(response)) == (413, "LIMIT_EXCEEDED")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 200),
        ("https://friend.example", 200),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://testserver.evil.example", 403),
        ("https://testserver", 403),
        ("http://[bad", 403),
    ],
)
@override_settings(CORS_ALLOWED_ORIGINS=["https://friend.example"])
def test_a_foreign_page_is_refused(origin: str, status: int) -> None:
    assert post(TYPENAME, Origin=origin).status_code == status


def test_a_get_reads() -> None:
    http = Api().http
    assert http.get(URL, {"query": "{ viewer { user { id } } }"}).json() == {"data": {"viewer": None}}
    empty = http.get(URL, {"query": "{ __typename }", "variables": "", "operationName": "", "extensions": ""})
    assert empty.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("name", ["variables", "extensions"])
@pytest.mark.parametrize("value", ["[" * 20_000, "1", "[]", '"x"', "{", '{"a":' + "9" * 5_000 + "}"])
def test_malformed_parameters_of_a_get_are_a_400(name: str, value: str) -> None:
    response = Api().http.get(URL, {"query": "{ __typename }", name: value})
    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


def test_the_media_type_is_read_whatever_its_case() -> None:
    assert post(TYPENAME, "APPLICATION/JSON; charset=utf-8").status_code == 200


def test_a_document_of_several_operations_names_the_one_to_run() -> None:
    several = "mutation A { logout } query B { __typename }"
    response = post(json.dumps({"query": several}))
    assert code_of(response) == "BAD_USER_INPUT"
    assert "data" not in response.json()
    named = post(json.dumps({"query": several, "operationName": "B"}))
    assert named.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "{ workflows(ordering: [{ nameEn: null }]) { totalCount } }",
        "{ nothing }",
        "{ workflow }",
        '{ workflows(first: "x") { totalCount } }',
        "query($x: Int!) { __typename }",
    ],
)
def test_a_document_that_cannot_run_has_a_code_and_no_python(office: Office, document: str) -> None:
    errors = Api(office.owner).errors(document)
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert "Definition(" not in json.dumps(errors)


JSON, GRAPHQL_JSON = "application/json", "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, {JSON};q=0.9", GRAPHQL_JSON),
        (f"{JSON}, {GRAPHQL_JSON}", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}; q=0.5, {JSON}", JSON),
        (f"{GRAPHQL_JSON};q=0, */*", JSON),
        (f"{JSON};q=0, */*;q=0.1", GRAPHQL_JSON),
        (f"text/html, {GRAPHQL_JSON};q=0.1", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=x, {JSON};q=0.1", JSON),
    ],
)
def test_the_answer_has_the_media_type_that_is_asked_for(accept: str | None, answered: str) -> None:
    response = post(TYPENAME, **({} if accept is None else {"Accept": accept}))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{answered}; charset=utf-8"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    "accept",
    ["text/plain", "image/*", "multipart/mixed;deferSpec=20220824", f"{JSON};q=0", f"{JSON};q=nan", ";", "json"],
)
def test_a_client_that_takes_no_answer_is_told_so(accept: str) -> None:
    response = post(TYPENAME, Accept=accept)
    assert (response.status_code, code_of(response)) == (406, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{", {}),
        ("{ nothing }", {}),
        ("query ($id: ID!) { node(id: $id) { id } }", {}),
        ("query ($n: Int) { workflows(first: $n) { totalCount } }", {"n": "x"}),
        ("{ viewer { user { id } } a: __typename" + " b: __typename" * 20 + " }", {}),
    ],
)
def test_what_could_not_be_run_is_a_400_in_the_new_media_type_alone(document: str, variables: dict[str, Any]) -> None:
    body = json.dumps({"query": document, "variables": variables})
    old, new = post(body, Accept=JSON), post(body, Accept=GRAPHQL_JSON)
    assert (old.status_code, new.status_code) == (200, 400)
    assert old.json() == new.json()
    assert "data" not in new.json()


def test_what_was_run_is_a_200_though_it_has_errors() -> None:
    response = post(json.dumps({"query": "{ workflows { totalCount } }"}), Accept=GRAPHQL_JSON)
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


def test_a_refusal_has_the_media_type_that_is_asked_for() -> None:
    response = post(b"{", Accept=GRAPHQL_JSON)
    assert (response.status_code, response.headers["Content-Type"]) == (400, f"{GRAPHQL_JSON}; charset=utf-8")


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused_with_those_that_are_taken(method: str) -> None:
    response = Api().http.generic(method, URL, TYPENAME, content_type="application/json")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST, OPTIONS"


def test_options_says_which_methods_are_taken() -> None:
    response = Api().http.options(URL)
    assert (response.status_code, response.headers["Allow"], response.content) == (204, "GET, POST, OPTIONS", b"")


def test_a_mutation_by_get_is_refused_as_the_wrong_method(office: Office) -> None:
    document = 'mutation { createWorkflow(input: { nameEn: "x" }) { errors { code } } }'
    with unchanged():
        response = Api(office.owner).http.get(URL, {"query": document})
    assert (response.status_code, code_of(response)) == (405, "BAD_USER_INPUT")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json; charset=utf-8", 200),
        ('application/json; charset="UTF-8"', 200),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=latin-1", 415),
        ("application/jsonx", 415),
        ("application/graphql", 415),
        ("", 415),
    ],
)
def test_only_json_in_utf_8_is_read(content_type: str, status: int) -> None:
    assert post(TYPENAME, content_type).status_code == status


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1e999",
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '"\\ud800"',
        '{"\\udfff": 1}',
        "9" * 5_000,
        "[" * 101 + "]" * 101,
        '{"a":' * 101 + "1" + "}" * 101,
    ],
)
@pytest.mark.parametrize("place", ["variables", "extensions"])
def test_json_that_not_every_reader_takes_alike_is_a_400(place: str, value: str) -> None:
    body = f'{{"query": "{{ __typename }}", "{place}": {{"x": {value}}}}}'
    response = post(body.encode())
    assert (response.status_code, code_of(response)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("door", ["query", "mutation"])
def test_the_unexpected_is_masked_and_logged_with_an_id(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, door: str
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(AccessPolicy, "templates", broken)
    monkeypatch.setattr(services, "create_workflow", broken)
    document = "{ workflows { totalCount } }"
    if door == "mutation":
        office.owner.is_superuser = True
        office.owner.save()
        document = 'mutation { createWorkflow(input: { nameEn: "x" }) { errors { message } } }'
    response = Api(office.owner).raw(document)
    assert "swordfish" not in response.content.decode()
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["id"] in caplog.text
    assert "swordfish" in caplog.text
