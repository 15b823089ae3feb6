"""Bodies of requests that are too large, refused before they are read, and bodies of answers that nobody waits for.

Django's ASGI handler reads the whole body, to a file where it is large, before any view is asked; and it sends a long
answer without a pause, so that the server does not hear of a client that left and logs every part that it writes to it.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.http import HttpResponse
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.http.headers import announced_length, check_headers
from gql_workflows.http.negotiation import accepted
from gql_workflows.http.refusals import Refused

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

_LINGER_SECONDS: Final = 2  # that what still comes of a refused body is taken and thrown away


class _TooLarge(Exception):
    """More of a body has come than may be sent."""


def with_body_limit(application: Application, *, path: str | None = "/graphql/") -> Application:
    """Refuse a body of more than MAX_BODY_BYTES at this path, with or without its last slash: 413.

    A Content-Length that says so is refused at once; a body without one as soon as more than that has come. An answer
    is not written on to a client that has left. A path or a header of more than MAX_HEADER_BYTES is refused as well.
    None as the path stands for every address.
    """

    async def limited(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_at(path, scope):
            await application(scope, receive, send)
            return
        try:
            check_headers(scope)
            _check(announced_length(scope))
            await application(scope, _counted(receive), _with_pauses(send))
        except Refused as refused:  # no header is read for it, be it for the language
            await _refuse(refused.response(), receive, send)
        except _TooLarge:
            await _refuse(_too_large(ASGIRequest(scope, io.BytesIO())), receive, send)

    return limited


def _is_at(path: str | None, scope: Message) -> bool:
    if path is None:
        return True
    asked: str = scope["path"].removeprefix(get_script_prefix(scope))  # no ASGIRequest: it reads headers of any length
    return asked.rstrip("/") == path.rstrip("/")


def _check(size: int) -> None:
    if size > conf.max_body_bytes():
        raise _TooLarge


def _counted(receive: Receive) -> Receive:
    """The messages of a body, which may end in _TooLarge: Django answers none before it has all of them."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        _check(size)
        return message

    return counted


def _with_pauses(send: Send) -> Send:
    """Sends the parts of an answer, and after each lets the server hear whether the client is still there."""

    async def paused(message: Message) -> None:
        await send(message)
        if message.get("more_body"):
            await asyncio.sleep(0)

    return paused


def _too_large(request: ASGIRequest) -> HttpResponse:
    with override(get_language_from_request(request)):
        media_type = accepted(request.headers.get("Accept")).media_type
        return Refused(413, _("The request body is too large.")).response(media_type)


async def _refuse(response: HttpResponse, receive: Receive, send: Send) -> None:
    """Answer at once, and end the connection a moment later: who is still sending would not see the answer else.

    A connection that is closed with something unread is reset, and a proxy makes a 502 of that.
    """
    response.headers["Connection"] = "close"
    response.headers["Content-Length"] = str(len(response.content))
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while (await receive()).get("more_body"):
                pass
    await send({"type": "http.response.body", "body": b""})
