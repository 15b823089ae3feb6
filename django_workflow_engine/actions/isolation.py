"""What an action does to its surroundings stays with the action: its caller finds everything as it was.

Not kept apart is what belongs to the whole process: the environment, the locale, signal handlers, module globals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from decimal import localcontext
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_DJANGO_S: Final = "django.db.backends."
_SESSION: Final = "SELECT name, setting FROM pg_settings WHERE source = 'session'"


def kept_apart(call: Callable[[], Any]) -> Any:
    """What the call returns or raises.

    The call has a copy of the context variables (Django's language and time zone are among them) and, for each
    database server, a connection of its own. It shares its caller's connection where it must: inside of a transaction,
    whose rows nobody else sees; on SQLite, where a second connection would wait for the first; and with a backend that
    is not Django's, which may keep a tenant on its connection. Only what can be put back is put back then.
    """
    with ExitStack() as stack:
        for alias in connections:
            connection = connections[alias]
            stack.enter_context(_own(connection) if _can_be_replaced(connection) else _put_back(connection))
        stack.enter_context(localcontext())  # a context variable whose value is changed in place
        return copy_context().run(call)


def _can_be_replaced(connection: BaseDatabaseWrapper) -> bool:
    is_django_s = connection.settings_dict["ENGINE"].startswith(_DJANGO_S)
    return is_django_s and connection.vendor != "sqlite" and not connection.in_atomic_block


@contextmanager
def _own(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Another connection in the place of this one, opened when it is used.

    It comes from no pool: callers that hold one connection and wait for a second would wait for each other.
    """
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    own = type(connection)({**connection.settings_dict, "OPTIONS": options}, connection.alias)
    connections[connection.alias] = own
    try:
        yield
    finally:
        connections[connection.alias] = connection
        own.close()


@contextmanager
def _put_back(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """The same connection, with its wrappers and, on PostgreSQL, its session's settings put back afterwards."""
    wrappers, settings = list(connection.execute_wrappers), _settings(connection)
    try:
        yield
    finally:
        connection.execute_wrappers[:] = wrappers
        _restore(connection, settings)


def _settings(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What was SET on this connection; nothing where it is not open yet."""
    if connection.vendor != "postgresql" or connection.connection is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SESSION)
        return dict(cursor.fetchall())


def _restore(connection: BaseDatabaseWrapper, before: dict[str, str]) -> None:
    after = _settings(connection)
    changed = {name: value for name, value in before.items() if after.get(name) != value}
    added = after.keys() - before.keys()
    if not changed and not added:
        return
    with connection.cursor() as cursor:
        for name in added:
            cursor.execute(f"RESET {connection.ops.quote_name(name)}")
        for name, value in changed.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
