"""How a websocket begins and ends: greetings that are acknowledged or not, and the reason that goes with a close."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from tests.api.conftest import Office
from tests.api.listening import COUNT, Socket, run, socket

pytestmark = pytest.mark.django_db


async def opened() -> Socket:
    """A client that has not connected yet."""
    return await sync_to_async(Socket)()


@pytest.mark.parametrize("message", [{"type": "subscribe", "id": "i" * 5_000}, {"type": "x" * 5_000}])
def test_the_reason_of_a_close_fits_into_its_frame(office: Office, message: dict[str, Any]) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            for _time in range(2):
                await client.send({"payload": {"query": COUNT}, **message})
            while (closed := await client.receive()).get("type") != "websocket.close":
                pass
            assert 0 < len(closed["reason"].encode()) <= 123

    run(scenario)


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {}}, {"payload": {"x": [1]}}])
def test_any_greeting_of_the_protocol_is_acknowledged(payload: dict[str, Any]) -> None:
    async def scenario() -> None:
        client = await opened()
        await client.connect()
        await client.send({"type": "connection_init", **payload})
        assert await client.receive() == {"type": "connection_ack"}
        await client.send({"type": "connection_init", **payload})
        assert (await client.receive())["code"] == 4429
        await client.leave()

    run(scenario)


@pytest.mark.parametrize("payload", [[], "x", 1, False, [None]])
def test_a_greeting_with_anything_else_is_none(payload: Any) -> None:
    async def scenario() -> None:
        client = await opened()
        await client.connect()
        await client.send({"type": "connection_init", "payload": payload})
        assert (await client.receive())["code"] == 4400
        await client.leave()

    run(scenario)
