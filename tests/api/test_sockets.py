"""Websockets: who may open one, what ends one, and what a client cannot do to the server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from gql_workflows.ids import global_id
from gql_workflows.subscriptions.sockets import TOO_LARGE
from tests.api.conftest import Office
from tests.api.listening import CHANGED, COUNT, PATIENCE, PROTOCOL, Socket, committed, run, socket
from tests.runs import approve

pytestmark = pytest.mark.django_db
REFUSED = {"type": "websocket.close"}
ACCEPTED = {"type": "websocket.accept", "subprotocol": PROTOCOL}


def limits(settings: Any, **values: float) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": values}


async def opened(user: Any = None, **options: Any) -> Socket:
    """A client that has not connected yet."""
    return await sync_to_async(Socket)(user, **options)


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({}, ACCEPTED),
        ({"Origin": "http://testserver"}, ACCEPTED),
        ({"Origin": "https://friend.example"}, ACCEPTED),
        ({"Origin": "https://evil.example"}, REFUSED),
        ({"Origin": "http://testserver.evil.example"}, REFUSED),
        ({"Origin": "null"}, REFUSED),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, REFUSED),
        ({"Host": "evil.example"}, REFUSED),
    ],
)
def test_a_foreign_page_opens_no_socket(
    office: Office, settings: Any, headers: dict[str, str], answer: dict[str, Any]
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://friend.example"]

    async def scenario() -> None:
        client = await opened(office.owner, **headers)
        assert await client.connect() == answer
        await client.leave()

    run(scenario)


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/graphql/", ACCEPTED), ("/graphql", ACCEPTED), ("/", REFUSED), ("/graphql/x", REFUSED), ("/admin/", REFUSED)],
)
def test_sockets_are_served_at_the_endpoint_alone(path: str, answer: dict[str, Any]) -> None:
    async def scenario() -> None:
        client = await opened(path=path)
        assert await client.connect() == answer
        await client.leave()

    run(scenario)


@pytest.mark.parametrize("protocols", [["graphql-ws"], []])
def test_only_the_protocol_in_use_is_spoken(protocols: list[str]) -> None:
    async def scenario() -> None:
        client = await opened(protocols=protocols)
        await client.connect()
        assert (await client.receive())["code"] == 4406
        await client.leave()

    run(scenario)


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "1",
        "[]",
        '"x"',
        "{}",
        "[" * 20_000,
        '{"type": "subscribe"}',
        '{"type": "nonsense"}',
        '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ __typename }"}}',
    ],
)
def test_what_is_no_message_of_the_protocol_ends_the_connection(message: str) -> None:
    async def scenario() -> None:
        async with socket() as client:
            await client.send(message)
            closed = await client.receive()
            assert (closed["type"], closed["code"]) == ("websocket.close", 4400)

    run(scenario)


@pytest.mark.parametrize(
    "payload",
    [
        [],
        3,
        None,
        {},
        {"query": 3},
        {"query": "{ __typename }", "variables": 3},
        {"query": "{ __typename }", "operationName": {}},
        {"documentId": "x"},
    ],
)
def test_parameters_that_are_none_are_refused_and_the_connection_goes_on(payload: Any) -> None:
    async def scenario() -> None:
        async with socket() as client:
            await client.send({"type": "subscribe", "id": "1", "payload": payload})
            assert await client.code() == "BAD_USER_INPUT"
            await client.subscribe("{ __typename }")
            assert await client.data() == "Query"

    run(scenario)


def test_a_server_that_is_limited_to_a_manifest_runs_no_other_document(
    office: Office, settings: Any, tmp_path: Path
) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"count": COUNT}))
    settings.GQL_WORKFLOWS = {"TRUSTED_DOCUMENTS": str(manifest)}

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe("{ __typename }")
            assert await client.code() == "FORBIDDEN"
            await client.send({"type": "subscribe", "id": "1", "payload": {"documentId": "count"}})
            assert await client.data() == 0

    run(scenario)


def test_bytes_end_the_connection() -> None:
    async def scenario() -> None:
        async with socket() as client:
            await client.incoming.put({"type": "websocket.receive", "bytes": b"{}"})
            assert (await client.receive())["code"] == 4400

    run(scenario)


def test_a_document_that_cannot_run_is_answered_with_a_code() -> None:
    async def scenario() -> None:
        async with socket() as client:
            for document in (
                "{",
                "{ nothing }",
                "subscription { nothing }",
                "query A { __typename } query B { __typename }",
            ):
                await client.subscribe(document)
                assert await client.code() == "BAD_USER_INPUT"

    run(scenario)


def test_a_message_beyond_the_limit_ends_the_connection(settings: Any) -> None:
    limits(settings, MAX_MESSAGE_BYTES=200)

    async def scenario() -> None:
        async with socket() as client:
            await client.send({"type": "ping", "payload": {"filler": "é" * 120}})
            assert (await client.receive())["code"] == TOO_LARGE

    run(scenario)


def test_a_client_that_never_begins_is_sent_away(settings: Any) -> None:
    limits(settings, INIT_SECONDS=0.05)

    async def scenario() -> None:
        client = await opened()
        await client.connect()
        assert (await client.receive())["code"] == 4408
        await client.leave()

    run(scenario)


def test_operations_beyond_the_limit_of_a_connection_are_refused(office: Office, settings: Any) -> None:
    limits(settings, MAX_PER_CONNECTION=2)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            for key in ("1", "2"):
                await client.subscribe(COUNT, key=key)
                assert await client.data() == 0
            await client.subscribe(COUNT, key="3")
            assert await client.code() == "LIMIT_EXCEEDED"
            await client.send({"type": "complete", "id": "1"})
            await client.subscribe(COUNT, key="4")
            assert await client.data() == 0

    run(scenario)


def test_pings_go_both_ways_and_who_does_not_answer_is_dropped(settings: Any) -> None:
    limits(settings, PING_SECONDS=0.2)

    async def scenario() -> None:
        client = await opened()
        await client.connect()
        await client.send({"type": "connection_init"})
        assert await client.receive() == {"type": "connection_ack"}
        await client.send({"type": "ping"})
        assert await client.receive() == {"type": "pong"}
        for _ in range(2):
            assert await client.receive() == {"type": "ping"}
            await client.send({"type": "pong"})
        assert await client.receive() == {"type": "ping"}
        await asyncio.wait_for(client.serving, PATIENCE)

    run(scenario)


@pytest.fixture
def attachment(office: Office) -> WorkflowAttachment:
    return attach_workflow_to_object(office.document, office.template(2, positions=9), office.owner)


def test_a_client_that_stops_reading_finds_the_newest_state_and_not_all_of_them(
    office: Office, attachment: WorkflowAttachment
) -> None:
    async def scenario() -> None:
        client = await opened(office.owner)
        client.outgoing = asyncio.Queue(maxsize=1)  # as full as a buffer that nobody empties
        await client.connect()
        await client.send({"type": "connection_init"})
        await client.receive()
        await client.subscribe(CHANGED, id=global_id("WorkflowAttachment", attachment.pk))
        told = [(await client.data())["progress"]["percentage"]]
        for _ in range(8):
            await committed(lambda: approve(office.document, office.members[0]))
            await asyncio.sleep(0.02)
        while told[-1] != 88:
            told.append((await client.data())["progress"]["percentage"])
        assert len(told) <= 4  # the first, one in the buffer, one on the way into it, and the newest
        assert told == sorted(told)
        assert await client.is_silent()
        await client.leave()

    run(scenario)


def test_a_client_that_never_reads_again_is_dropped_and_holds_up_nobody(
    office: Office, attachment: WorkflowAttachment, settings: Any
) -> None:
    limits(settings, SEND_SECONDS=0.2)
    variables = {"id": global_id("WorkflowAttachment", attachment.pk)}

    async def scenario() -> None:
        stuck = await opened(office.owner)
        stuck.outgoing = asyncio.Queue(maxsize=1)
        await stuck.connect()
        await stuck.send({"type": "connection_init"})
        await stuck.receive()
        await stuck.subscribe(CHANGED, **variables)
        async with socket(office.owner) as reader:
            await reader.subscribe(CHANGED, **variables)
            await reader.data()
            for _ in range(3):
                await committed(lambda: approve(office.document, office.members[0]))
                assert (await reader.data())["status"] == "IN_PROGRESS"
        await asyncio.wait_for(stuck.serving, PATIENCE)
        assert stuck.outgoing.qsize() == 1

    run(scenario)


def test_a_client_that_only_talks_is_dropped_without_being_heard_to_the_end(settings: Any) -> None:
    limits(settings, SEND_SECONDS=0.2)

    async def scenario() -> None:
        client = await opened()
        client.outgoing = asyncio.Queue(maxsize=1)
        await client.connect()
        for _ in range(100):
            await client.send({"type": "ping"})
        await asyncio.wait_for(client.serving, PATIENCE)
        assert client.incoming.qsize() > 90  # where the server leaves them, the client's own buffer fills

    run(scenario)


def test_who_leaves_is_told_nothing_more_and_leaves_nothing_behind(
    office: Office, attachment: WorkflowAttachment
) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=global_id("WorkflowAttachment", attachment.pk))
            await client.data()
            await client.send({"type": "complete", "id": "1"})
            await asyncio.sleep(0.05)
            cancel = {"attachment_id": attachment.pk, "actor": office.owner, "reason": "Late"}
            await committed(lambda: cancel_workflow(**cancel))
            assert await client.is_silent()
        names = {task.get_coro().__qualname__ for task in asyncio.all_tasks()}
        assert names.isdisjoint({"Changes._collect", "Conversation._ping"})

    run(scenario)


def test_a_token_in_the_first_message_counts_as_a_header(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"AUTHENTICATION": ["tests.api.tokens.token_user"]}

    async def scenario() -> None:
        client = await opened()
        await client.connect()
        await client.send({"type": "connection_init", "payload": {"Authorization": "Bearer olga"}})
        await client.receive()
        await client.subscribe("{ viewer { user { username } } }")
        assert await client.data() == {"user": {"username": "olga"}}
        await client.receive()
        await client.subscribe(COUNT)
        assert await client.data() == 0
        await client.leave()

    run(scenario)


def test_errors_are_in_the_language_of_the_handshake(office: Office) -> None:
    async def scenario() -> None:
        async with socket(office.owner, **{"Accept-Language": "ar"}) as client:
            await client.subscribe(CHANGED, id="x")
            (error,) = (await client.receive())["payload"]["errors"]
            assert json.dumps(error["message"]).count("\\u06") > 3

    run(scenario)
