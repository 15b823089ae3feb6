"""A server that is told to stop does so within seconds, whatever is open, and says goodbye."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.operation.server import Server

SECONDS = 5
COUNT = "subscription { myApprovalsCount }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("stopping")
    Server(found, {}).prepare("migrate --verbosity=0", "seed_demo --json")
    return found


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    found = Server(folder, {}).start()
    assert found.login("erin", "erin-demo-1")["errors"] == []
    yield found
    found.process.kill()


def listen(server: Server, heard: dict[str, Any], ready: threading.Event) -> None:
    """Read an event stream to its end."""
    accept = {"Accept": "text/event-stream"}
    try:
        with server.http.stream("POST", "/graphql/", json={"query": COUNT}, headers=accept) as response:
            for line in response.iter_lines():
                heard["lines"] = [*heard.get("lines", []), line]
                ready.set()
        heard["stream"] = "ended"
    except httpx.HTTPError as error:
        heard["stream"] = repr(error)


def read_all(connection: ClientConnection) -> None:
    """Read a websocket until it is closed."""
    while True:
        connection.recv(5)


def test_streams_alone_are_not_waited_for(server: Server) -> None:
    heard: dict[str, Any] = {}
    ready = threading.Event()
    reader = threading.Thread(target=listen, args=(server, heard, ready))
    reader.start()
    assert ready.wait(10)
    time.sleep(0.2)
    took = server.stop()
    reader.join(5)
    assert heard["stream"] == "ended"
    assert took < 2
    assert server.log.strip().splitlines()[-1].startswith("Stop with Ctrl-C")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_and_requests_keep_no_server_from_stopping(server: Server, how: signal.Signals) -> None:
    heard: dict[str, Any] = {}
    ready = threading.Event()
    reader = threading.Thread(target=listen, args=(server, heard, ready))
    reader.start()
    assert ready.wait(10)
    cookie = {"Cookie": f"sessionid={server.http.cookies['sessionid']}"}
    address = f"ws://127.0.0.1:{server.port}/graphql/"
    half = socket.create_connection(("127.0.0.1", server.port))
    half.sendall(b"POST /graphql/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
    with connect(address, subprotocols=["graphql-transport-ws"], additional_headers=cookie) as socket_:  # type: ignore[list-item]
        socket_.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket_.recv(10))["type"] == "connection_ack"
        socket_.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": COUNT}}))
        assert json.loads(socket_.recv(10))["type"] == "next"
        time.sleep(0.2)
        took = server.stop(how)
        with pytest.raises(ConnectionClosed) as closed:
            read_all(socket_)
    reader.join(5)
    half.close()
    assert took < SECONDS
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in (1001, 1012)
    assert heard["stream"] == "ended"
    assert "Traceback" not in server.log, server.log
    said = json.loads([line for line in heard["lines"] if line.startswith("data: {")][-1].removeprefix("data: "))
    assert [error["extensions"] for error in said["errors"]] == [{"code": "SERVICE_UNAVAILABLE"}]
