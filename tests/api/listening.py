"""Clients of subscriptions in tests: websockets and event streams against the application itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.asgi import get_asgi_application
from django.test import AsyncClient, Client, TestCase

from gql_workflows.subscriptions.asgi import with_subscriptions
from tests.client import URL

PROTOCOL = "graphql-transport-ws"
PATIENCE = 5  # seconds
QUIET = 0.2  # seconds without a message that count as silence

COUNT = "subscription { myApprovalsCount }"
CHANGED = """
subscription Changed($id: ID!) {
  attachmentChanged(attachmentId: $id) {
    id status currentStage { nameEn } progress { percentage } currentSteps { id assignedTo { username } }
  }
}
"""

application = with_subscriptions(get_asgi_application())


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run an asynchronous scenario with the database of the test."""

    async def limited() -> None:
        async with asyncio.timeout(6 * PATIENCE):
            await scenario()

    async_to_sync(limited)()


async def committed(function: Callable[[], Any]) -> Any:
    """What the function gives, with what follows its commit."""

    def call() -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return function()

    return await sync_to_async(call)()


def cookie_of(user: Any) -> dict[str, str]:
    """The header of a session of the user's."""
    client = Client()
    client.force_login(user)
    return {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}


class Socket:
    """A websocket of one client.

    The application runs in the context of the test, and so in its thread where it uses the database.
    """

    def __init__(self, user: Any = None, *, path: str = URL, protocols: Any = (PROTOCOL,), **headers: str) -> None:
        sent = {"Host": "testserver"} | (cookie_of(user) if user else {}) | headers
        self.headers = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
        scope = {"type": "websocket", "path": path, "query_string": b"", "subprotocols": list(protocols)}
        self.scope: dict[str, Any] = scope | {"headers": self.headers}
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Any] = asyncio.Queue()

    async def connect(self) -> dict[str, Any]:
        """What the server answers to the handshake."""
        self.serving = asyncio.create_task(application(self.scope, self.incoming.get, self.outgoing.put))
        await self.incoming.put({"type": "websocket.connect"})
        return await self.receive()

    async def leave(self) -> None:
        """Go, and wait until the server has noticed."""
        await self.incoming.put({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.serving, PATIENCE)

    async def send(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.incoming.put({"type": "websocket.receive", "text": text})

    async def receive(self) -> dict[str, Any]:
        """The next message, as JSON; or what accepts, refuses or closes the connection, as ASGI has it."""
        output = await asyncio.wait_for(self.outgoing.get(), PATIENCE)
        return json.loads(output["text"]) if output["type"] == "websocket.send" else output

    async def _receive_other_than_pings(self) -> dict[str, Any]:
        while (message := await self.receive()) == {"type": "ping"}:  # the server asks whether anybody is there
            await self.send({"type": "pong"})
        return message

    async def subscribe(self, document: str, *, key: str = "1", **variables: Any) -> None:
        await self.send({"type": "subscribe", "id": key, "payload": {"query": document, "variables": variables}})

    async def data(self) -> Any:
        """The value of the one field in the next event, which has no errors."""
        message = await asyncio.wait_for(self._receive_other_than_pings(), PATIENCE)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value

    async def code(self) -> str:
        """The code of the next message's one error."""
        message = await self.receive()
        (error,) = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        return error["extensions"]["code"]

    async def is_silent(self) -> bool:
        await asyncio.sleep(QUIET)
        return self.outgoing.empty()


@asynccontextmanager
async def socket(user: Any = None, **options: Any) -> AsyncIterator[Socket]:
    """A client that has connected, and whose connection_init was acknowledged."""
    client = await sync_to_async(Socket)(user, **options)
    assert await client.connect() == {"type": "websocket.accept", "subprotocol": PROTOCOL}
    await client.send({"type": "connection_init"})
    assert await client.receive() == {"type": "connection_ack"}
    try:
        yield client
    finally:
        await client.leave()


class Stream:
    """An event stream of one client."""

    def __init__(self, response: Any) -> None:
        self.parts = response.streaming_content

    async def event(self) -> tuple[str, Any]:
        """The name and the data of the next event; comments are left out."""
        while True:
            part = (await asyncio.wait_for(anext(self.parts), PATIENCE)).decode()
            if not part.startswith(":"):
                lines = dict(line.split(": ", 1) for line in part.strip().splitlines() if ": " in line)
                return lines["event"], json.loads(lines["data"]) if lines.get("data") else None

    async def data(self) -> Any:
        name, payload = await self.event()
        assert name == "next", (name, payload)
        assert "errors" not in payload, payload
        (value,) = payload["data"].values()
        return value


@asynccontextmanager
async def stream(user: Any, document: str, *, method: str = "post", **variables: Any) -> AsyncIterator[Stream]:
    """A client that has asked for an event stream, and has got one."""
    client, accept = AsyncClient(), {"Accept": "text/event-stream"}
    await client.aforce_login(user)
    if method == "get":
        response = await client.get(URL, {"query": document, "variables": json.dumps(variables)}, headers=accept)
    else:
        body = json.dumps({"query": document, "variables": variables})
        response = await client.post(URL, body, content_type="application/json", headers=accept)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/event-stream"), response
    opened = Stream(response)
    try:
        yield opened
    finally:
        await opened.parts.aclose()
        await response._iterator.aclose()  # as when a server drops the answer
