"""Automatic persisted queries are not kept: clients hear so in the words on which they send the document instead."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.test import override_settings

from tests.api.conftest import Office
from tests.api.listening import run, socket
from tests.client import URL, Api

pytestmark = pytest.mark.django_db
JSON, GRAPHQL_JSON = "application/json", "application/graphql-response+json"
QUERY = "{ __typename }"
PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(QUERY.encode()).hexdigest()}}
TOLD = [{"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}]


def post(body: Any, accept: str = JSON, language: str = "en") -> Any:
    api = Api(Accept=accept, **{"Accept-Language": language})
    return api.http.post(URL, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_JSON, 400), ("text/event-stream", 200)])
@pytest.mark.parametrize("query", [{}, {"query": ""}, {"query": None}])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_hash_alone_is_told_that_it_is_not_supported(
    accept: str, status: int, query: dict[str, Any], language: str
) -> None:
    response = post({**query, "extensions": PERSISTED}, accept, language)
    assert (response.status_code, response.json()) == (status, {"errors": TOLD})
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_hash_alone_by_get_is_told_so_and_is_no_visit_of_a_page() -> None:
    accept = f"text/html, {JSON};q=0.9"
    with override_settings(GQL_WORKFLOWS={"GRAPHIQL": True}):
        response = Api(Accept=accept).http.get(URL, {"extensions": json.dumps(PERSISTED)})
    assert (response.status_code, response.json()) == (200, {"errors": TOLD})


def test_a_document_with_its_hash_is_run() -> None:
    assert post({"query": QUERY, "extensions": PERSISTED}).json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "extensions",
    [{}, None, {"persistedQuery": None}, {"persistedQuery": {}}, {"persistedQuery": {"sha256Hash": 1}}, []],
)
def test_what_names_no_document_is_no_request(extensions: Any) -> None:
    response = post({"extensions": extensions})
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]) == (400, {"code": "BAD_USER_INPUT"})


def test_a_websocket_is_told_so_and_goes_on(office: Office) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.send({"type": "subscribe", "id": "1", "payload": {"extensions": PERSISTED}})
            assert await client.receive() == {"type": "error", "id": "1", "payload": TOLD}
            await client.subscribe("subscription { myApprovalsCount }", key="2")
            assert await client.data() == 0

    run(scenario)


def test_a_server_of_trusted_documents_refuses_what_it_does_not_know(tmp_path: Any) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text("{}")
    with override_settings(GQL_WORKFLOWS={"TRUSTED_DOCUMENTS": manifest}):
        response = post({"extensions": PERSISTED})
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]) == (403, {"code": "FORBIDDEN"})
