"""A place of its own for a server: a folder with its data, an environment without the suite's, and its processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.server.variables import VARIABLES

ROOT: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final = "gql_workflows.server.settings"
PATIENCE: Final = 120


def clean_environment(**own: str) -> dict[str, str]:
    """The machine's environment without any variable that the server reads, and with these."""
    taken = {*VARIABLES, "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in taken} | own


def python(*arguments: str, folder: Path, **own: str) -> subprocess.CompletedProcess[str]:
    """A process in the folder, with the packages of this checkout and these variables; its data is in the folder."""
    environment = clean_environment(**{"DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | own)
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def manage(*arguments: str, folder: Path, **own: str) -> str:
    """What a management command says, which must succeed."""
    done = python("-m", "django", *arguments, folder=folder, **{"DJANGO_SETTINGS_MODULE": SETTINGS} | own)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


class Serving:
    """A server that answers: its address, and what it has said."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log

    def ask(self, document: str) -> object:
        """The whole answer to a document."""
        return httpx.post(f"{self.url}/graphql/", json={"query": document}, timeout=30).json()

    def said(self) -> str:
        """Everything on both of its outputs until now."""
        return self.log.read_text("utf-8")


@contextmanager
def serving(*arguments: str, folder: Path, **own: str) -> Iterator[Serving]:
    """A server, `python -m gql_workflows.server`, that answers until the end of the block."""
    port = free_port()
    environment = clean_environment(**{"DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "PORT": str(port)} | own)
    command = [sys.executable, "-m", "gql_workflows.server", *arguments]
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    try:
        wait_for(f"http://127.0.0.1:{port}/graphql/?query={{__typename}}", process, log)
        yield Serving(f"http://127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the address answers with 200; fails with what the process said."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} does not answer:\n{log.read_text('utf-8')}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
