"""A way to the database that a test can close: it refuses, or it takes connections and says nothing."""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import suppress

PIECE = 65_536


class _Way(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class Relay:
    """Passes on what comes to its port while it is `open`."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.silent, self._passes = (host, port), False, True
        self._open: set[socket.socket] = set()
        self._way = self._listening(0)
        self.port = self._way.server_address[1]

    def refuse(self) -> None:
        """End every connection, and take none."""
        self._passes = False
        self._way.shutdown()
        self._way.server_close()
        self._end_all()

    def fall_silent(self) -> None:
        """End every connection, and take new ones without ever answering."""
        self.silent, self._passes = True, False
        self._end_all()

    def open_again(self) -> None:
        """Pass on as in the beginning; nothing changes where that is done."""
        if self._passes:
            return
        self._passes = True
        if not self.silent:
            self._way = self._listening(self.port)
        self.silent = False
        self._end_all()

    def close(self) -> None:
        """Be gone for good."""
        self._way.shutdown()
        self._way.server_close()
        self._end_all()

    def _listening(self, port: int) -> _Way:
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                relay._pass_on(self.request)

        way = _Way(("127.0.0.1", port), Handler)
        threading.Thread(target=way.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return way

    def _pass_on(self, client: socket.socket) -> None:
        self._open.add(client)
        if self.silent:
            with suppress(OSError):
                while client.recv(PIECE):
                    pass
            return
        with suppress(OSError), socket.create_connection(self.target) as server:
            self._open.add(server)
            if not self._passes:  # closed while this one was on its way: nobody saw it to end it
                return
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(1)

    def _end_all(self) -> None:
        while self._open:
            with suppress(OSError, KeyError):  # one by one: what is added meanwhile is ended too, or known next time
                self._open.pop().shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(PIECE):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
