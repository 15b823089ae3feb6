"""Trusted documents: a server that was given a manifest runs nothing else, by no door."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.api.conftest import Office
from tests.api.listening import COUNT, run, socket, stream
from tests.client import URL, Api
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

VIEWER = "query Viewer { viewer { user { username } } }"
OTHER = "query Other { viewer { user { id } } }"
CREATE = 'mutation { createWorkflow(input: { nameEn: "x" }) { workflow { id } } }'


def hash_of(document: str) -> str:
    return sha256(document.encode()).hexdigest()


@pytest.fixture
def manifest(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({hash_of(text): text for text in (VIEWER, COUNT)}))
    settings.GQL_WORKFLOWS = {"TRUSTED_DOCUMENTS": str(path)}
    return path


def post(user: Any, **parameters: Any) -> Any:
    return Api(user).http.post(URL, json.dumps(parameters), content_type="application/json")


def by_hash(document: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(document)}}


def refused(response: Any) -> str:
    """The message of a refusal."""
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]) == (403, {"code": "FORBIDDEN"})
    return error["message"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"documentId": hash_of(VIEWER)},
        {"documentId": f"sha256:{hash_of(VIEWER)}"},
        {"documentId": hash_of(VIEWER), "query": None},
        {"documentId": hash_of(VIEWER), "query": ""},
        {"extensions": by_hash(VIEWER)},
        {"query": VIEWER},
        {"query": VIEWER, "extensions": by_hash(VIEWER)},
    ],
)
def test_a_document_of_the_manifest_runs_by_its_id_or_as_it_stands(
    office: Office, manifest: Path, parameters: dict[str, Any]
) -> None:
    response = post(office.owner, **parameters)
    assert response.json() == {"data": {"viewer": {"user": {"username": "olga"}}}}


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"documentId": hash_of(VIEWER)},
        {"extensions": json.dumps(by_hash(VIEWER))},
        {"query": VIEWER},
    ],
)
def test_a_get_runs_a_document_of_the_manifest(
    office: Office, manifest: Path, parameters: dict[str, str], accept: str
) -> None:
    response = Api(office.owner, Accept=accept).http.get(URL, parameters)
    assert response.json() == {"data": {"viewer": {"user": {"username": "olga"}}}}


@pytest.mark.parametrize("document", [OTHER, CREATE, VIEWER + " ", "{ __typename }", "{ __schema { types { name } } }"])
def test_another_document_is_refused_and_changes_nothing(office: Office, manifest: Path, document: str) -> None:
    office.owner.is_superuser = True
    office.owner.save()
    with unchanged():
        responses = [
            post(office.owner, query=document),
            post(office.owner, query=document, documentId=hash_of(VIEWER)),
            post(office.owner, query=document, extensions=by_hash(VIEWER)),
            Api(office.owner).http.get(URL, {"query": document}),
        ]
    told = {refused(response) for response in responses}
    assert told == {"This server runs the documents of its manifest alone; this one is not among them."}


def test_an_unknown_id_is_refused(office: Office, manifest: Path) -> None:
    responses = [
        post(office.owner, documentId=hash_of(OTHER)),
        post(office.owner, extensions=by_hash(OTHER)),
        Api(office.owner).http.get(URL, {"documentId": hash_of(OTHER)}),
    ]
    assert {refused(response) for response in responses} == {
        "The manifest of this server has no document with this id."
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"documentId": 5},
        {"documentId": ["x"]},
        {"query": 5, "documentId": hash_of(VIEWER)},
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": {"sha256Hash": {}}}},
        {"extensions": "x"},
    ],
)
def test_malformed_ids_are_a_400(office: Office, manifest: Path, parameters: dict[str, Any]) -> None:
    response = post(office.owner, **parameters)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")


def test_without_a_manifest_every_document_runs_and_an_id_names_none(office: Office) -> None:
    assert post(office.owner, query=OTHER).status_code == 200
    assert post(office.owner, documentId=hash_of(OTHER)).status_code == 400


def test_websockets_are_limited_to_the_manifest(office: Office, manifest: Path) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe("subscription Mine { myApprovalsCount }", key="refused")
            assert await client.code() == "FORBIDDEN"
            await client.subscribe(COUNT, key="text")
            assert await client.data() == 0
            payload = {"documentId": hash_of(COUNT)}
            await client.send({"type": "subscribe", "id": "id", "payload": payload})
            assert await client.data() == 0

    run(scenario)


def test_event_streams_are_limited_to_the_manifest(office: Office, manifest: Path) -> None:
    async def scenario() -> None:
        async with stream(office.owner, COUNT) as events:
            assert await events.data() == 0

    run(scenario)
    response = Api(office.owner, Accept="text/event-stream").raw("subscription Mine { myApprovalsCount }")
    assert refused(response).startswith("This server runs")


@pytest.mark.parametrize("content", [None, "{", "[]", '{"a": 1}', "\xff"])
def test_a_check_refuses_what_is_no_manifest(tmp_path: Path, settings: Any, content: str | None) -> None:
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    settings.GQL_WORKFLOWS = {"TRUSTED_DOCUMENTS": str(path)}
    (found,) = [message for message in run_checks() if message.id.startswith("gql_workflows.")]
    assert found.id == "gql_workflows.E001"
    assert found.is_serious()
    assert str(path) in found.msg


def test_a_check_refuses_what_is_no_path_and_takes_a_manifest(manifest: Path, settings: Any) -> None:
    assert [message for message in run_checks() if message.id == "gql_workflows.E001"] == []
    settings.GQL_WORKFLOWS = {"TRUSTED_DOCUMENTS": 5}
    assert len([message for message in run_checks() if message.id == "gql_workflows.E001"]) == 1
