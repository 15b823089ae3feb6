"""uvicorn, which ends the streams before it waits for what is open."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from gql_workflows.subscriptions.changes import end_all


class Server(uvicorn.Server):
    """A server whose streams hear that it stops; websockets are closed by uvicorn itself, with 1012."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve in this process until a signal says to stop."""
        logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
        super().run(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, and then everything else."""
        end_all()
        await super().shutdown(sockets)


def serve(application: str, **options: Any) -> None:
    """Serve until SIGTERM or SIGINT, with uvicorn's own options; in several processes where `workers` says so."""
    config = uvicorn.Config(application, **options)
    with suppress(KeyboardInterrupt):  # uvicorn raises the signal again when it has ended
        if config.workers > 1:
            Multiprocess(config, target=Server(config).run, sockets=[config.bind_socket()]).run()
        else:
            Server(config).run()


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Whether a line is about anything but a request that was still open at the end: how many is a line of its own."""
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)
