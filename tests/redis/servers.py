"""Two server processes over one database file and one Redis, and their clients."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import redis
from websockets.sync.client import ClientConnection, connect

from gql_workflows.demo.client import LOGIN
from tests.redis import place

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PATIENCE = 20


class Pair:
    """Two servers that share their data and nothing else."""

    def __init__(self, folder: Path, url: str = place.URL) -> None:
        self.prefix = f"workflow-test-{uuid4().hex}"
        own = {"DATA_DIR": str(folder), "DEMO": "true", "REDIS_URL": url, "REDIS_PREFIX": self.prefix}
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = kept | own | {"DJANGO_SETTINGS_MODULE": "gql_workflows.server.settings"}
        self.python("-m", "django", "migrate", "--verbosity=0")
        self.seed: dict[str, Any] = json.loads(self.python("-m", "django", "seed_demo", "--json", "--requests", "10"))
        self.ports = (_free_port(), _free_port())
        self.processes: list[subprocess.Popen[bytes]] = []

    def python(self, *arguments: str) -> str:
        """What a process of the project prints."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        for port in self.ports:
            command = [sys.executable, "-m", "gql_workflows.server", "--port", str(port)]
            self.processes.append(subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL))
        for port in self.ports:
            _wait_for(port)

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(PATIENCE)

    def memory(self, server: int) -> int:
        """The resident memory of one server in bytes."""
        status = Path(f"/proc/{self.processes[server].pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def database_handles(self, server: int) -> int:
        """How many handles one server has on the database's file."""
        links = Path(f"/proc/{self.processes[server].pid}/fd").iterdir()
        return sum(_target(link).endswith("/db.sqlite3") for link in links)

    def topics(self) -> int:
        """How many channels of Redis the servers listen to."""
        with redis.Redis.from_url(place.URL) as client:
            return len(client.pubsub_channels(f"{self.prefix}*"))

    def person(self, username: str, server: int) -> Person:
        """Somebody who is signed in at one of the servers."""
        passwords = {user["username"]: user["password"] for user in self.seed["users"]}
        return Person(self.ports[server], username, passwords[username])


class Person:
    """One user at one server."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self.address = f"127.0.0.1:{port}/graphql/"
        self.http = httpx.Client(base_url=f"http://{self.address}", timeout=PATIENCE)
        self.run(LOGIN, username=username, password=password)

    def run(self, document: str, **variables: Any) -> Any:
        """The value of the one field of an operation."""
        body = self.http.post("", json={"query": document, "variables": variables}).json()
        assert "errors" not in body, body
        (value,) = body["data"].values()
        return value

    @contextmanager
    def listening(self, document: str, **variables: Any) -> Iterator[Listening]:
        """A websocket that has subscribed."""
        cookie = {"Cookie": f"sessionid={self.http.cookies['sessionid']}"}
        protocol: Any = ["graphql-transport-ws"]
        options: dict[str, Any] = {"max_queue": 1, "max_size": None, "close_timeout": 1}
        with connect(f"ws://{self.address}", subprotocols=protocol, additional_headers=cookie, **options) as connection:
            listening = Listening(connection)
            listening.send({"type": "connection_init"})
            assert listening.receive() == {"type": "connection_ack"}
            payload = {"query": document, "variables": variables}
            listening.send({"type": "subscribe", "id": "1", "payload": payload})
            yield listening

    @contextmanager
    def streaming(self, document: str) -> Iterator[Iterator[Any]]:
        """The values of the one field in the events of an event stream."""
        accept = {"Accept": "text/event-stream"}
        with self.http.stream("POST", "", json={"query": document}, headers=accept) as response:
            assert response.headers["Content-Type"] == "text/event-stream"
            yield (
                next(iter(json.loads(line.removeprefix("data: "))["data"].values()))
                for line in response.iter_lines()
                if line.startswith("data: {")
            )


class Listening:
    """The client's end of a websocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, message: dict[str, Any]) -> None:
        self.connection.send(json.dumps(message))

    def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=PATIENCE))
        return message

    def data(self) -> Any:
        """The value of the one field in the next event."""
        message = self.receive()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (value,) = message["payload"]["data"].values()
        return value


def _target(link: Path) -> str:
    """What a handle of a running process is on; nothing when it has been closed meanwhile."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/graphql/", params={"query": "{ __typename }"}).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"The server on port {port} did not answer.")
