"""One websocket: what is read from it, what is written to it, and when it is given up."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived

from gql_workflows import conf
from gql_workflows.http.refusals import Refused
from gql_workflows.http.strict_json import parse

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TOO_LARGE = 1009


class Socket(AsyncWebSocketAdapter):
    """A websocket as ASGI gives it.

    The next message is read only when the last one has been dealt with, and a message that its client does not
    take in time ends the connection: nothing piles up on either side. `lifetime` is the block that it lives in.
    """

    def __init__(self, view: Any, receive: Receive, send: Send, lifetime: asyncio.Timeout) -> None:
        super().__init__(view)
        self._receive, self._send, self._lifetime = receive, send, lifetime
        self._closed = False

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """The messages, each a JSON object, until the client goes."""
        while not self._closed:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                self._closed = True
                return
            text = message.get("text")
            if text is None:
                raise NonTextMessageReceived
            if len(text) > conf.subscriptions().max_message_bytes:
                await self.close(TOO_LARGE, "Message too large")
                return
            yield _parsed(text)

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one message; a client that does not take it is dropped."""
        await self._write({"type": "websocket.send", "text": json.dumps(message, cls=DjangoJSONEncoder)})

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye; the library's reasons repeat what the client sent."""
        await self._write({"type": "websocket.close", "code": code, "reason": fitting(reason)})
        self._closed = True

    def drop(self) -> None:
        """End the connection without waiting for anything."""
        self._closed = True
        self._lifetime.reschedule(asyncio.get_running_loop().time())

    async def _write(self, message: Message) -> None:
        if self._closed:
            return
        try:
            async with asyncio.timeout(conf.subscriptions().send_seconds):
                await self._send(message)
        except OSError as error:  # a TimeoutError is one, and what servers raise when a client has gone
            logger.info("A websocket was dropped: %s", type(error).__name__)
            self.drop()


def fitting(reason: str) -> str:
    """As much of a reason as the protocol has room for: 123 bytes."""
    return reason.encode()[:123].decode(errors="ignore")


def _parsed(text: str) -> Message:
    """The JSON object in a message; raises NonJsonMessageReceived for anything else."""
    try:
        parsed = parse(text.encode())
    except (Refused, UnicodeEncodeError) as error:
        raise NonJsonMessageReceived from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("id"), str | None):
        raise NonJsonMessageReceived
    return parsed
