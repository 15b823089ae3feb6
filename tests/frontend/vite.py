"""Vite's own server for the project of the page, which passes the API's requests on."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.protocol.node import FRONTEND

START_SECONDS: Final = 120


@contextmanager
def vite(folder: Path, api: str) -> Iterator[str]:
    """Serve the project on a free port of `localhost`, before the API at this address; gives the page's origin."""
    port = _free_port()
    command = ["node", str(FRONTEND / "node_modules" / "vite" / "bin" / "vite.js"), "--host", "localhost"]
    environment = os.environ | {"API_SERVER": api}
    process = subprocess.Popen(
        [*command, "--port", str(port), "--strictPort"], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Vite ended with status {process.returncode}.")
        try:
            socket.create_connection(("localhost", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Vite did not listen within {START_SECONDS} seconds.")
