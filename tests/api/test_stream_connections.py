"""Streams over a pool of connections: how many they take at once, and what happens where there is none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection as this_connection
from django.db import connections
from django.http import HttpRequest

from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.authentication import session_user
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.listening import CHANGED, COUNT, PATIENCE, Socket, socket, stream
from tests.factories import UserFactory
from tests.runs import approve

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
POOL: dict[str, Any] = {"min_size": 0, "max_size": 4, "timeout": 0.2}

connection: Any = this_connection  # a pool is PostgreSQL's alone
at_once: list[tuple[int, int]] = []


def counted_user(request: HttpRequest) -> Any:
    """The session's user; counts the threads of streams and the connections that are in use now."""
    user = session_user(request)
    threads = sum(thread.name == "workflow-streams" for thread in threading.enumerate())
    stats = connection.pool.get_stats()
    at_once.append((threads, stats["pool_size"] - stats["pool_available"]))
    return user


@pytest.fixture(autouse=True)
def pool(settings: Any) -> Iterator[None]:
    """A pool of four connections, of which streams take two at most."""
    options = connections.settings["default"]["OPTIONS"]
    kept = dict(options)
    connection.close()
    options["pool"] = POOL
    at_once.clear()
    limits(settings)
    yield
    connection.close()
    connection.close_pool()
    options.clear()
    options.update(kept)


def limits(settings: Any, **values: float) -> None:
    settings.GQL_WORKFLOWS = {
        "SUBSCRIPTIONS": {"THREADS": 2, "MAX_PER_USER": 1000} | values,
        "AUTHENTICATION": ["tests.api.test_stream_connections.counted_user"],
    }


def play(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it as a server would, with no connection of the test's own."""
    connection.close()
    asyncio.run(asyncio.wait_for(scenario(), 12 * PATIENCE))


async def called(function: Callable[[], Any]) -> Any:
    """What the function gives, in a thread that keeps no connection."""

    def call() -> Any:
        try:
            return function()
        finally:
            connection.close()

    return await sync_to_async(call)()


@asynccontextmanager
async def taken(count: int) -> AsyncIterator[None]:
    """So many connections of the pool are somebody else's."""
    await called(lambda: None)
    pool = connection.pool
    held = [await asyncio.to_thread(pool.getconn, PATIENCE) for _ in range(count)]
    try:
        yield
    finally:
        for one in held:
            pool.putconn(one)


async def subscribed(client: Socket, number: int, document: str = COUNT, **variables: Any) -> list[Any]:
    """The first values of so many subscriptions over one websocket."""
    for key in range(number):
        await client.subscribe(document, key=str(key), **variables)
    return [await client.data() for _ in range(number)]


def test_streams_that_wake_up_together_take_few_threads_and_connections(office: Office) -> None:
    run = attach_workflow_to_object(office.document, office.template(1), office.owner)
    variables = {"id": global_id("WorkflowAttachment", run.pk)}

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(socket(office.owner)) for _ in range(4)]
            for client in clients:
                assert len(await subscribed(client, 50, CHANGED, **variables)) == 50
            events = [await stack.enter_async_context(stream(office.owner, CHANGED, **variables)) for _ in range(5)]
            for one in events:
                await one.data()
            other = await stack.enter_async_context(socket(office.members[0]))
            assert len(await subscribed(other, 1, CHANGED, **variables)) == 1
            at_once.clear()
            await called(lambda: approve(office.document, office.members[0]))
            told = [await other.data()]
            told += [await client.data() for client in clients for _ in range(50)]
            told += [await one.data() for one in events]
            assert {state["currentStage"]["nameEn"] for state in told} == {"Stage 2"}
            await called(lambda: None)
            while any(thread.name == "workflow-streams" for thread in threading.enumerate()):
                await asyncio.sleep(0.01)
            stats = connection.pool.get_stats()
            assert stats["pool_size"] == stats["pool_available"]

    play(scenario)
    assert len(at_once) >= 206
    assert max(threads for threads, _in_use in at_once) == 2
    assert max(in_use for _threads, in_use in at_once) <= 3  # and the one of the decision


def test_a_stream_that_finds_no_connection_waits(office: Office) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            async with taken(POOL["max_size"]):
                await client.subscribe(COUNT)
                await asyncio.sleep(0.5)  # more than one try of the pool
                assert client.outgoing.empty()
            assert await client.data() == 0

    play(scenario)


def test_a_stream_that_wakes_up_without_a_connection_waits(office: Office) -> None:
    member = office.members[0]
    template = office.template(1)

    async def scenario() -> None:
        async with socket(member) as client, stream(member, COUNT) as events:
            assert await subscribed(client, 3) == [0, 0, 0]
            assert await events.data() == 0
            async with taken(POOL["max_size"] - 1):
                await called(lambda: attach_workflow_to_object(office.document, template, office.owner))
                async with taken(1):
                    await asyncio.sleep(0.5)
            assert [await client.data() for _ in range(3)] == [1, 1, 1]
            assert await events.data() == 1

    play(scenario)


def test_a_connection_that_is_lost_costs_no_stream(office: Office) -> None:
    member = office.members[0]
    template = office.template(1)

    def cut_all_and_attach() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        attach_workflow_to_object(office.document, template, office.owner)

    async def scenario() -> None:
        async with socket(member) as client:
            assert await subscribed(client, 5) == [0] * 5
            await called(cut_all_and_attach)
            assert [await client.data() for _ in range(5)] == [1] * 5

    play(scenario)


def test_a_stream_does_not_wait_for_ever(office: Office, settings: Any) -> None:
    limits(settings, CONNECTION_SECONDS=0.3)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            assert await subscribed(client, 1) == [0]
            async with taken(POOL["max_size"]):
                await client.subscribe(COUNT, key="x")
                message = await client.receive()
                assert message["id"] == "x"
            await client.subscribe(COUNT, key="y")
            assert await client.data() == 0

    play(scenario)


def test_another_user_does_not_wait_behind_a_thousand_streams(office: Office) -> None:
    other: Any = UserFactory()

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(4):
                client = await stack.enter_async_context(socket(office.owner))
                for key in range(50):
                    await client.subscribe(COUNT, key=str(key))
            at_once.clear()
            last = await stack.enter_async_context(socket(other))
            assert await subscribed(last, 1) == [0]
            assert len(at_once) < 100  # of the 400 reads that the streams of one user begin with

    play(scenario)
