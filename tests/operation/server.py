"""The ready-to-run server as a process, with its own data and its own log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.redis.servers import ROOT, START_SECONDS, _free_port

PATIENCE = 30
SWITCHES = {"DEBUG": "false", "DEMO": "true"}
LOGIN = """
mutation {
  login(username: %s, password: %s) {
    viewer { user { username } } errors { code path message } retryAfterSeconds
  }
}
"""


class Server:
    """One process; `log` is what it wrote."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *, port: int | None = None) -> None:
        self.port = port or _free_port()
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        own = {
            "DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "gql_workflows.server.settings",
            "DEBUG": "false",
            "DEMO": "true",
        }
        self.environment = kept | own | SWITCHES | dict(environment)
        self._log = folder / f"log-{self.port}"
        self.address = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.address, timeout=PATIENCE)

    def prepare(self, *commands: str) -> None:
        for command in commands:
            subprocess.run(
                [sys.executable, "-m", "django", *command.split()],
                cwd=ROOT, env=self.environment, check=True, capture_output=True, timeout=120,
            )  # fmt: skip

    def start(self) -> Server:
        with self._log.open("w") as log:
            command = [sys.executable, "-m", "gql_workflows.server", "--port", str(self.port)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if self.http.get("/healthz").status_code == 200:
                    return self
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        return self._log.read_text()

    def post(self, document: str, **headers: str) -> httpx.Response:
        return self.http.post("/graphql/", json={"query": document}, headers=headers)

    def login(self, name: str, password: str, **headers: str) -> Any:
        document = LOGIN % (json.dumps(name), json.dumps(password))
        return self.post(document, **headers).json()["data"]["login"]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """End it, and say how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
        return time.monotonic() - began
