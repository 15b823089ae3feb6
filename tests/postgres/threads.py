"""Calls at the same moment, each on a connection of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

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
