"""Calls at the same moment, each on a connection of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, Final

import pytest
from django.db import connection, transaction

ROUNDS = int(os.environ.get("ROUNDS", "20"))


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call returned or raised, in the order of the calls; all are let go together."""
    ready = Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        try:
            ready.wait()
            return call()
        except Exception as error:  # whatever it is, it is a result here: the test names what may be raised
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def parted(results: Sequence[Any]) -> tuple[list[Any], list[Exception]]:
    """The results that are values, and those that are errors."""
    errors = [result for result in results if isinstance(result, Exception)]
    return [result for result in results if not isinstance(result, Exception)], errors


@contextmanager
def held(hold: Callable[[], Any]) -> Iterator[None]:
    """What `hold` locks is held by a transaction of another connection while the block runs."""
    is_held, may_end = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            hold()
            is_held.set()
            may_end.wait(timeout=60)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert is_held.wait(timeout=60)
    try:
        yield
    finally:
        may_end.set()
        thread.join(timeout=60)


# Whoever waits for a row holds a lock on its table, by which the database is known; what activity says is kept for a
# whole transaction.
_WAITING: Final = """
SELECT count(*) FROM pg_locks AS waiting WHERE NOT waiting.granted AND waiting.pid IN (
  SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


def wait_until_somebody_waits() -> None:
    """Until a transaction of this database waits for a lock; fails after a minute."""
    for _attempt in range(600):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    pytest.fail("nobody waited for the lock")
