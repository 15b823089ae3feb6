"""A stream that finds no database connection waits for one."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError

from gql_workflows import conf
from gql_workflows.subscriptions import threads

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE: Final = 0.1  # seconds
LONGEST_PAUSE: Final = 2.0


async def patiently(read: Callable[[], Awaitable[T]]) -> T:
    """What `read` gives; asked again, after pauses, where the database has no connection for it or loses it.

    Raises what it raised last when CONNECTION_SECONDS are over. What it reads is read as a whole each time.
    """
    deadline = time.monotonic() + conf.subscriptions().connection_seconds
    pause = FIRST_PAUSE
    while True:
        try:
            return await read()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() + pause > deadline:
                raise
            logger.info("A stream waits for a database connection: %s", type(error).__name__)
        threads.rest()
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, LONGEST_PAUSE)
