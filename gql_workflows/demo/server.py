"""A server of its own for the walk-through: a free port, and data that goes when it ends."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

START_SECONDS = 180
COMMAND_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where the server is, what its demo holds, and the environment in which a command works on its data."""

    url: str
    seed: dict[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What a management command says on the server's data."""
        return _manage(self.environment, *arguments)

    def filled_again(self) -> dict[str, Any]:
        """The demo's data with as many purchase requests without a workflow as at the beginning."""
        return _seed(self.environment)


@contextmanager
def demo_server() -> Iterator[Running]:
    """Start a server over a fresh SQLite file, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="workflow-demo-") as folder:
        environment = _environment(folder)
        port = _free_port()
        command = [sys.executable, "-m", "gql_workflows.server", "--demo", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}/graphql/"
            _wait_for(url, process)
            yield Running(url=url, seed=_seed(environment), environment=environment)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"DATA_DIR": folder, "DEMO": "true", "DJANGO_SETTINGS_MODULE": "gql_workflows.server.settings"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}.")
        try:
            response = httpx.post(url, json={"query": "{ __typename }"}, timeout=5)
            if response.is_server_error:
                response.raise_for_status()
            return  # a server that is limited to trusted documents refuses this one
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer within {START_SECONDS} seconds.")


def _seed(environment: Mapping[str, str]) -> dict[str, Any]:
    done = _manage(environment, "seed_demo", "--json")
    done.check_returncode()
    seed: dict[str, Any] = json.loads(done.stdout)
    return seed


def _manage(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, timeout=COMMAND_SECONDS
    )
