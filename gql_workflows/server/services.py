"""What the server needs, each asked for a few seconds at most: the database, its migrations, the cache, the broker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

SECONDS: Final = 3  # for all of them together
OK: Final = "ok"
FAILED: Final = "failed"
NO_ANSWER: Final = "no answer"
PENDING: Final = "pending"  # migrations that have to be applied


def database() -> str:
    """Whether a statement is answered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def migrations() -> str:
    """Whether the tables are those that the code expects."""
    executor = MigrationExecutor(connection)
    return PENDING if executor.migration_plan(executor.loader.graph.leaf_nodes()) else OK


def default_cache() -> str:
    """Whether what is put into the cache can be read again."""
    key, value = "gql_workflows.readyz", uuid4().hex
    cache.set(f"{key}.{value}", value, timeout=10)
    return OK if cache.get(f"{key}.{value}") == value else FAILED


def broker() -> str:
    """Whether Celery's broker takes a connection."""
    connect = import_string("kombu.Connection")  # installed only where there is a broker
    with connect(settings.CELERY_BROKER_URL, connect_timeout=SECONDS) as link:
        link.ensure_connection(max_retries=1, timeout=SECONDS)
    return OK


def states() -> dict[str, str]:
    """How each service is at the moment, known after SECONDS at the latest."""
    asked = {name: _Asked.of(name, look) for name, look in _services().items()}
    deadline = time.monotonic() + SECONDS
    return {name: question.state(deadline - time.monotonic()) for name, question in asked.items()}


def _services() -> Mapping[str, Callable[[], str]]:
    found = {"database": database, "migrations": migrations, "cache": default_cache}
    return found | ({"broker": broker} if getattr(settings, "CELERY_BROKER_URL", "") else {})


class _Asked:
    """One question, asked in a thread of its own, which keeps no process from ending.

    While it is not answered it is not asked again: probes that go on for hours take no more than one thread.
    """

    _open: dict[str, _Asked] = {}
    _lock = threading.Lock()

    def __init__(self, name: str, look: Callable[[], str]) -> None:
        self._name, self._look, self._found = name, look, NO_ANSWER
        self._answered = threading.Event()
        threading.Thread(target=self._ask, name=f"readyz-{name}", daemon=True).start()

    @classmethod
    def of(cls, name: str, look: Callable[[], str]) -> _Asked:
        """The question that is open under this name, else a new one."""
        with cls._lock:
            return cls._open.get(name) or cls._open.setdefault(name, cls(name, look))

    def state(self, seconds: float) -> str:
        """What was found, waited for so long at most."""
        self._answered.wait(max(seconds, 0))
        return self._found

    def _ask(self) -> None:
        try:
            self._found = self._look()
        except Exception as error:  # whatever it is, the service is of no use
            self._found = FAILED
            logger.warning("The %s is not ready: %s", self._name, type(error).__name__)
        finally:
            connection.close()
            with self._lock:
                self._open.pop(self._name, None)
            self._answered.set()
