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


def test_get_reads_and_never_writes() -> None:
    http = Api().http
    assert http.get(URL, {"query": "{ viewer { user { id } } }"}).json() == {"data": {"viewer": None}}
    response = http.get(URL, {"query": "mutation { logout }"})
    assert response.status_code in (400, 405)
    assert code_of(response) == "BAD_USER_INPUT"


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


def test_a_document_beyond_the_token_limit_is_refused() -> None:
    response = post(json.dumps({"query": "{ " + "__typename " * 6_000 + "}"}))
    assert code_of(response) == "BAD_USER_INPUT"


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
def test_a_document_that_cannot_run_has_a_code_and_no_suggestion(office: Office, document: str) -> None:
    errors = Api(office.owner).errors(document)
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert "Did you mean" not in json.dumps(errors)
    assert "Definition(" not in json.dumps(errors)


def test_the_media_type_that_is_asked_for_is_answered() -> None:
    accept = {"Accept": "application/graphql-response+json"}
    good, bad = post(TYPENAME, **accept), post(json.dumps({"query": "{ nothing }"}), **accept)
    assert good.headers["Content-Type"] == bad.headers["Content-Type"] == "application/graphql-response+json"
    assert (good.status_code, bad.status_code) == (200, 400)
    assert "data" not in bad.json()


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
