"""A process that is told to stop ends its streams at once: uvicorn waits for them, and then cuts them off."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import uvicorn

from gql_workflows.http.bodies import Application
from gql_workflows.subscriptions.changes import end_all

Handler = Callable[[int, FrameType | None], object]


def with_streams_ended(application: Application) -> Application:
    """End the streams before uvicorn does what it does on SIGTERM and SIGINT.

    Its handlers are there by the first request: it loads the application before it sets them, or after. Another server
    cuts the streams off as it does by itself.
    """
    is_prepared = False

    async def prepared(scope: Any, receive: Any, send: Any) -> None:
        nonlocal is_prepared
        if not is_prepared:
            is_prepared = True
            _prepare()
        await application(scope, receive, send)

    return prepared


def _prepare() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if callable(before) and isinstance(getattr(before, "__self__", None), uvicorn.Server):
            signal.signal(number, _streams_first(before))
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)


def _streams_first(before: Handler) -> Handler:
    def handler(number: int, frame: FrameType | None) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it what streamed
            asyncio.get_running_loop().call_soon_threadsafe(end_all)
        before(number, frame)

    return handler


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Whether a line is about anything but a request that was still open at the end: how many is a line of its own."""
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)
