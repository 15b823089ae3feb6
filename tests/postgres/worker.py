"""One worker process: a Django and a connection of its own, and calls that start together with those of the others."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.apps import apps
from django.db import connection

SECONDS = 60  # a call that takes longer is stuck
DELAYS = (0.0, 0.0, 0.002, 0.006)  # seconds after the start: so the calls also meet at later statements than the first


def serve(database: str, pipe: Connection, start: Barrier) -> None:
    """Answer lists of calls until the pipe says None; every worker is given lists of the same length."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.postgres.settings"
    django.setup()
    connect(database)
    while (calls := pipe.recv()) is not None:
        apps.get_model("contenttypes.ContentType").objects.clear_cache()  # a test's end gives them new ids
        pipe.send([_answer(call, start) for call in calls])


def connect(database: str) -> None:
    """Open a connection to the test database on which no statement waits for ever."""
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"]["options"] = f"-c statement_timeout={SECONDS // 2}s"
    connection.ensure_connection()


def _answer(call: Callable[[], Any] | None, start: Barrier) -> Any:
    """What the call returned or raised; None is a round without work for this process."""
    start.wait(SECONDS)
    if call is None:
        return None
    time.sleep(random.choice(DELAYS))
    try:
        return call()
    except Exception as error:  # whatever it is, it is a result here: the test names what may be raised
        return error
    finally:
        _publish_statistics()


def _publish_statistics() -> None:
    """Have PostgreSQL count this connection's deadlocks at once, not within the next seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
