"""`python -m benchmarks.load`: decisions and reads of many clients on a server with a temporary database.

WORKERS, CLIENTS, SECONDS, READS (for each decision) and RUNS choose how much; several workers need a Redis (REDIS_URL).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from benchmarks.serving.place import set_up
from benchmarks.serving.starting import running_server

WARM: Final = 5  # runs of each client that are not measured


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much is asked for."""

    workers: int
    clients: int
    seconds: float
    reads: int
    runs: int


def main() -> int:
    """1 where a row is not as it must be."""
    load = _load()
    redis = {
        "REDIS_URL": os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/13",
        "REDIS_PREFIX": f"load-{uuid4().hex}",
    }
    with set_up("load") as folder:
        from benchmarks.load.clients import run_clients  # noqa: PLC0415 - models can be imported only after setup
        from benchmarks.load.invariants import breaches, look  # noqa: PLC0415
        from benchmarks.load.processors import used  # noqa: PLC0415
        from benchmarks.load.report import report  # noqa: PLC0415
        from benchmarks.load.world import make_load  # noqa: PLC0415

        world = make_load(load.runs)
        before = look()
        first, runs = world.runs[: load.clients * WARM], world.runs[load.clients * WARM :]
        options = {"clients": load.clients, "reads": load.reads}
        with running_server(folder, workers=load.workers, environment=redis) as server:
            warm = asyncio.run(run_clients(server.address, world, first, seconds=load.seconds, **options))
            earlier, began = used(server.pid), time.monotonic()
            answers = asyncio.run(run_clients(server.address, world, runs, seconds=load.seconds, **options))
            seconds, taken = time.monotonic() - began, used(server.pid).since(earlier)
        print(*report(answers, taken, seconds=seconds, workers=load.workers), sep="\n")
        found = list(breaches(before, [*warm, *answers]))
    print("\n".join(found) or "Every row is as it must be.", file=sys.stderr if found else sys.stdout)
    return int(bool(found))


def _load() -> Load:
    seconds = float(os.environ.get("SECONDS") or 60)
    return Load(
        workers=int(os.environ.get("WORKERS") or 2),
        clients=int(os.environ.get("CLIENTS") or 16),
        seconds=seconds,
        reads=int(os.environ.get("READS") or 1),
        runs=int(os.environ.get("RUNS") or 1_000 + 100 * seconds),
    )


if __name__ == "__main__":
    sys.exit(main())
