"""How much time of the processors each side has taken, where the system tells it in /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True, kw_only=True)
class Used:
    """Seconds of a processor so far."""

    server: float
    database: float
    clients: float

    def since(self, earlier: Used) -> Used:
        """What was taken between the two."""
        return Used(
            server=self.server - earlier.server,
            database=self.database - earlier.database,
            clients=self.clients - earlier.clients,
        )


def used(server: int) -> Used:
    """What the server with its workers, the sessions of the database and this process have taken."""
    return Used(
        server=_seconds([server, *_children(server)]), database=_seconds(_sessions()), clients=time.process_time()
    )


def _children(process: int) -> Iterable[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _children(child)


def _sessions() -> list[int]:
    """The processes of the database's sessions; another machine's are nobody here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def _seconds(processes: Iterable[int]) -> float:
    ticks = 0
    for process in processes:
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
