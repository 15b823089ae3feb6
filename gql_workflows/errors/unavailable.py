"""A database or a cache that cannot be reached, or that others hold up: a 503 that says so, logged with an id."""

from __future__ import annotations

import logging
import uuid
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from django_workflow_engine.transactions import is_passing

logger = logging.getLogger(__name__)

CODE: Final = "SERVICE_UNAVAILABLE"
RETRY_SECONDS: Final = 5  # what `Retry-After` says

# PostgreSQL's classes of states: no connection, the server ends or starts, no room for a connection.
_POSTGRES_STATES: Final = ("08", "53", "57P")
# MySQL and MariaDB: too many connections, the server ends, it is not there, it went away.
_MYSQL_NUMBERS: Final = frozenset({1040, 1053, 2002, 2003, 2005, 2006, 2013})
_SQLITE_MESSAGE: Final = "unable to open database file"
_REDIS_ERRORS: Final = frozenset({"ConnectionError", "TimeoutError", "BusyLoadingError"})


def is_away(error: BaseException) -> bool:
    """Whether a server did not answer, or others held it up: this was not raised because of what it was asked."""
    if isinstance(error, OperationalError | InterfaceError):
        return _database_is_away(error) or _is_held_up(error)
    # asked by name: redis is installed only where a project has a cache in it
    kind = type(error)
    return kind.__module__ == "redis.exceptions" and kind.__name__ in _REDIS_ERRORS


def _database_is_away(error: OperationalError | InterfaceError) -> bool:
    raised = error.__cause__
    if raised is not None and hasattr(raised, "sqlstate"):  # psycopg's, which has none where there is no connection
        return raised.sqlstate is None or raised.sqlstate.startswith(_POSTGRES_STATES)
    number = error.args[0] if error.args else None
    return number in _MYSQL_NUMBERS or number == _SQLITE_MESSAGE or isinstance(error, InterfaceError)


def _is_held_up(error: BaseException) -> bool:
    """Whether the database would answer a little later: it waited for a lock in vain, or ended what took too long."""
    return isinstance(error, OperationalError) and is_passing(error)


def logged(error: BaseException) -> str:
    """The id under which the log has it, in one line: while a server is away, every request ends here."""
    identifier = uuid.uuid4().hex
    said = " ".join(str(error).split())[:400]
    logger.error("Unavailable %s: %s: %s", identifier, type(error).__name__, said)
    return identifier


def message(error: BaseException) -> str:
    """What clients are told."""
    if _is_held_up(error):
        return _("The service is busy at the moment. Try again in a few seconds.")
    return _("The service cannot be reached at the moment. Try again in a few seconds.")
