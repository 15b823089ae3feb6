"""What one user, or one address, may have open; what goes beyond is refused alone, and what ends is free again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import AsyncClient

from gql_workflows.ids import global_id
from gql_workflows.subscriptions.slots import slots
from gql_workflows.subscriptions.websockets import TRY_AGAIN_LATER
from tests.api.conftest import Office
from tests.api.listening import CHANGED, COUNT, PATIENCE, Socket, Stream, committed, run, socket, stream
from tests.client import URL

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_open() -> Any:
    assert slots.taken() == {}
    yield
    assert slots.taken() == {}


def limits(settings: Any, **values: float) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": values}


async def free(user: User, *, but: int = 0) -> None:
    """Wait until this user's connections are counted as closed: an event stream ends a moment after its client went."""
    while slots.taken().get(("connections", f"user {user.pk}"), 0) > but:
        await asyncio.sleep(0.01)


async def asked_for_a_stream(user: User) -> Any:
    """The answer to a request for an event stream."""
    client = AsyncClient()
    await client.aforce_login(user)
    body = json.dumps({"query": COUNT})
    return await client.post(URL, body, content_type="application/json", headers={"Accept": "text/event-stream"})


@asynccontextmanager
async def refused(user: User | None = None, **headers: str) -> AsyncIterator[None]:
    """A client whose websocket is closed with the code of the limit, at the latest when it says connection_init."""
    client = await sync_to_async(Socket)(user, **headers)
    await client.connect()
    await client.send({"type": "connection_init"})
    closed = await client.receive()
    assert (closed["type"], closed["code"]) == ("websocket.close", TRY_AGAIN_LATER)
    assert closed["reason"].startswith("LIMIT_EXCEEDED: ")
    yield
    await client.leave()


def test_operations_are_counted_over_all_connections_of_a_user(office: Office, settings: Any) -> None:
    limits(settings, MAX_PER_USER=3)

    async def scenario() -> None:
        async with socket(office.owner) as first, socket(office.owner) as second, socket(office.stranger) as other:
            async with stream(office.owner, COUNT) as events:
                assert await events.data() == 0
                for client in (first, second):
                    await client.subscribe(COUNT)
                    assert await client.data() == 0
                await second.subscribe(COUNT, key="2")
                assert await second.code() == "LIMIT_EXCEEDED"
                answer = await asked_for_a_stream(office.owner)
                (error,) = answer.json()["errors"]
                assert (answer.status_code, error["extensions"]["code"]) == (429, "LIMIT_EXCEEDED")
                await other.subscribe(COUNT)
                assert await other.data() == 0
                assert await first.is_silent()
            await free(office.owner, but=2)
            await second.subscribe(COUNT, key="2")
            assert await second.data() == 0

    run(scenario)


def test_connections_are_counted_over_websockets_and_event_streams(office: Office, settings: Any) -> None:
    limits(settings, MAX_CONNECTIONS_PER_USER=2)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            async with stream(office.owner, COUNT) as events:
                assert await events.data() == 0
                async with refused(office.owner):
                    assert (await asked_for_a_stream(office.owner)).status_code == 429
                async with socket(office.stranger) as other:
                    await other.subscribe(COUNT)
                    assert await other.data() == 0
                await client.subscribe(COUNT)
                assert await client.data() == 0
            await free(office.owner, but=1)
            async with socket(office.owner):
                pass

    run(scenario)


@pytest.mark.parametrize("limit", ["MAX_CONNECTIONS_PER_ADDRESS", "MAX_ANONYMOUS_CONNECTIONS"])
def test_connections_on_which_nobody_signs_in_are_bounded(office: Office, settings: Any, limit: str) -> None:
    limits(settings, **{limit: 2})

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(3):  # whoever signs in is nobody no more
                await stack.enter_async_context(socket(office.owner))
            async with socket():
                silent = await sync_to_async(Socket)()
                await silent.connect()
                async with refused():
                    pass
                await silent.leave()
                await stack.enter_async_context(socket())

    run(scenario)


def test_one_address_leaves_room_for_others(settings: Any) -> None:
    limits(settings, MAX_CONNECTIONS_PER_ADDRESS=1)

    async def scenario() -> None:
        async with socket(), refused():
            other = await sync_to_async(Socket)()
            other.scope["client"] = ["192.0.2.7", 1]
            assert (await other.connect())["type"] == "websocket.accept"
            await other.send({"type": "connection_init"})
            assert await other.receive() == {"type": "connection_ack"}
            await other.leave()

    run(scenario)


async def ends_by_itself(client: Socket) -> None:
    await client.subscribe("{ __typename }")
    assert await client.data() == "Query"
    assert (await client.receive())["type"] == "complete"


async def is_completed(client: Socket) -> None:
    await client.subscribe(COUNT)
    await client.data()
    await client.send({"type": "complete", "id": "1"})


async def is_completed_at_once(client: Socket) -> None:
    await client.subscribe(COUNT)
    await client.send({"type": "complete", "id": "1"})
    while not client.outgoing.empty():
        await client.receive()


async def is_an_error(client: Socket) -> None:
    await client.subscribe(CHANGED, id=global_id("WorkflowAttachment", 999_999))
    assert await client.code() == "NOT_FOUND"
    await client.receive()


async def is_no_document(client: Socket) -> None:
    await client.subscribe("{")
    assert await client.code() == "BAD_USER_INPUT"


@pytest.mark.parametrize("end", [ends_by_itself, is_completed, is_completed_at_once, is_an_error, is_no_document])
def test_an_operation_that_ends_in_whatever_way_makes_room_at_once(office: Office, settings: Any, end: Any) -> None:
    limits(settings, MAX_PER_USER=1, MAX_PER_CONNECTION=1)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            for _ in range(3):
                await end(client)
            await asyncio.sleep(0)
            while not client.outgoing.empty():
                await client.receive()
            await client.subscribe(COUNT, key="2")
            assert await client.data() == 0

    run(scenario)


def test_a_user_who_is_signed_out_makes_room(office: Office, settings: Any) -> None:
    limits(settings, MAX_PER_USER=1, RECHECK_SECONDS=0.1)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(COUNT)
            assert await client.data() == 0
            await committed(lambda: User.objects.filter(pk=office.owner.pk).update(is_active=False))
            assert await client.code() == "FORBIDDEN"
            await client.receive()
            await client.subscribe(COUNT)
            assert await client.code() == "UNAUTHENTICATED"

    run(scenario)


def test_a_client_that_goes_in_the_middle_leaves_nothing_behind(office: Office, settings: Any) -> None:
    limits(settings, MAX_CONNECTIONS_PER_USER=1, MAX_PER_USER=5)

    async def scenario() -> None:
        for _ in range(3):
            async with socket(office.owner) as client:
                for key in range(5):
                    await client.subscribe(COUNT, key=str(key))

    run(scenario)


def test_a_server_that_closes_leaves_nothing_behind(office: Office) -> None:
    async def scenario() -> None:
        client = await sync_to_async(Socket)(office.owner)
        await client.connect()
        await client.send({"type": "connection_init"})
        await client.receive()
        await client.subscribe(COUNT)
        await client.data()
        assert slots.taken()["operations", f"user {office.owner.pk}"] == 1
        client.serving.cancel()
        await asyncio.wait({client.serving}, timeout=PATIENCE)

    run(scenario)


def test_an_event_stream_that_nobody_reads_takes_no_place(office: Office) -> None:
    async def scenario() -> None:
        answer = await asked_for_a_stream(office.owner)
        assert answer.status_code == 200
        assert slots.taken() == {}
        answer.close()

    run(scenario)


def test_whoever_comes_second_for_the_last_place_is_told_in_the_stream(office: Office, settings: Any) -> None:
    limits(settings, MAX_PER_USER=1)

    async def scenario() -> None:
        second = Stream(await asked_for_a_stream(office.owner))
        async with stream(office.owner, COUNT) as first:
            assert await first.data() == 0
            name, payload = await second.event()
            assert (name, payload["errors"][0]["extensions"]) == ("next", {"code": "LIMIT_EXCEEDED"})
            assert (await second.event())[0] == "complete"
        await free(office.owner)

    run(scenario)


def test_a_refusal_is_in_the_language_of_the_request(office: Office, settings: Any) -> None:
    limits(settings, MAX_PER_USER=1)

    async def scenario() -> None:
        async with socket(office.owner, **{"Accept-Language": "ar"}) as client:
            await client.subscribe(COUNT)
            await client.data()
            await client.subscribe(COUNT, key="2")
            (error,) = (await client.receive())["payload"]
            assert json.dumps(error["message"]).count("\\u06") > 3

    run(scenario)
