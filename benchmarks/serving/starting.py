"""The server as a process of its own, as the README starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS: Final = 60
STOP_SECONDS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Running:
    """Where the server is, its process, and the file that it logs to."""

    address: str
    pid: int
    log: Path


@contextmanager
def running_server(
    folder: Path, *, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Serve the database of DATABASE_URL on a free port until the block ends."""
    port = free_port()
    log = folder / "server.log"
    own = {"WEB_CONCURRENCY": str(workers), "PORT": str(port), **(environment or {})}
    with log.open("w") as file:
        command = [sys.executable, "-m", "gql_workflows.server"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own}, stdout=file, stderr=file)
    running = Running(address=f"http://127.0.0.1:{port}", pid=process.pid, log=log)
    try:
        _wait_for(running, process)
        yield running
    finally:
        _stop(process)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(running: Running, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(f"{running.address}/healthz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"The server does not answer:\n{running.log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
