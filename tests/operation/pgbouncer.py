"""PgBouncer in transaction mode before the tests' PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.redis.servers import _free_port

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
SECONDS = 15
CONFIGURATION = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
"""


class PgBouncer:
    """A process whose clients share three connections to each database."""

    def __init__(self, folder: Path, database: dict[str, Any]) -> None:
        self.port = _free_port()
        file = folder / "pgbouncer.ini"
        names = [name for name in ("host", "port", "user", "password") if database[name.upper()]]
        server = " ".join(f"{name}='{database[name.upper()]}'" for name in names)
        file.write_text(CONFIGURATION.format(server=server, port=self.port))
        folder.chmod(0o755)
        assert PROGRAM is not None
        other = ["-u", "nobody"] if os.getuid() == 0 else []  # it does not run as root
        self._log = folder / "pgbouncer.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen([PROGRAM, *other, str(file)], stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(psycopg.OperationalError):
                psycopg.connect(host="127.0.0.1", port=self.port, user="any", dbname="postgres").close()
                return
            time.sleep(0.1)
        self.stop()
        raise AssertionError(self._log.read_text())

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)
