"""Transactions of the engine, on whichever database its tables are; inside of them, what is read is read there too.

What the database refuses for others' sake is tried again, and then told as a conflict.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar, Token
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.apps import apps
from django.db import Error, IntegrityError, OperationalError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import Conflict

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ATTEMPTS: Final = 8
PATIENCE_SECONDS: Final = 5  # after which no further attempt begins: MySQL lets each one wait 50 seconds for a lock
_PAUSE_SECONDS: Final = 0.01  # after the first attempt; twice as long after each further one, by chance a little less
_LONGEST_PAUSE: Final = 0.3

# Deadlock, serialization failure, and a lock that was waited for too long or is not to be had, as PostgreSQL and
# MySQL number them; 1020 is MariaDB's word for a row that changed since the transaction's snapshot.
_STATES: Final = frozenset({"40P01", "40001", "55P03"})
_NUMBERS: Final = frozenset({1020, 1205, 1213, 3572})
_TOO_LONG: Final = "57014"  # PostgreSQL ended a statement, for `statement_timeout` or because somebody asked it to
_GONE: Final = frozenset({1451, 1452})  # a foreign key, by MySQL's numbers
_LOCKED: Final = re.compile(r"database (table |schema )?is locked")  # SQLite's
_DJANGO_S: Final = "read committed"
_WEAKER: Final = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"

# What is made twice: a frozen version, where an old snapshot does not show the first, which has the same identity; the
# attachment of an object that cannot be locked; the package's flow for it, which may be made beside the engine; a
# start rule of the same weight, which is refused by its name once it is seen; and the turns of a role.
_MADE: Final = (
    *("workflow_identity_once", "attachment_once_per_object"),
    *("approv_content_type_id_object_i", "start_rule_weight_once", "role_turns_once"),
)
_SHARED: Final = " LOCK IN SHARE MODE"
_LOCKING: Final = (_SHARED, "FOR UPDATE", "SKIP LOCKED", "NOWAIT")

_levels: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
_begun: ContextVar[bool] = ContextVar("begun", default=False)
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_is_tried_again: ContextVar[bool] = ContextVar("is_tried_again", default=False)


def alias() -> str:
    """The alias of the database that the engine's rows are written to."""
    return router.db_for_write(apps.get_model(conf.APP, "WorkflowAttachment"))


def connection() -> BaseDatabaseWrapper:
    """This thread's connection to the database of the engine's rows."""
    return connections[alias()]


def is_elsewhere(model: type[Model]) -> bool:
    """Whether rows of the model are written to another database than the engine's: no transaction holds both."""
    return not _written_together(model, apps.get_model(conf.APP, "WorkflowAttachment"))


def _written_together(one: type[Model], other: type[Model]) -> bool:
    return router.db_for_write(one) == router.db_for_write(other)


class _WhereItIsWritten:
    """A database router before the project's own: what a verb decides on comes from no replica."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The database that rows of the model are written to, for readers that ask for it."""
        return router.db_for_write(model, **hints) if _writing.get() else None

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        """Whether a row that a caller read from a replica may be named by one that is written now."""
        # by `_meta`: `request.user` is of the class of a lazy object
        return True if _writing.get() and _written_together(one._meta.model, other._meta.model) else None


_WHERE_IT_IS_WRITTEN: Final = _WhereItIsWritten()


@contextmanager
def reading_where_it_is_written() -> Iterator[None]:
    """Read everything from the databases that are written to, whatever a router says about reading."""
    token = read_where_it_is_written()
    try:
        yield
    finally:
        _writing.reset(token)


def read_where_it_is_written() -> Token[bool]:
    """The same for the rest of the current context, such as a task that is all about what was just written."""
    if _WHERE_IT_IS_WRITTEN not in router.routers:  # Django makes the list anew when the setting changes
        router.routers.insert(0, _WHERE_IT_IS_WRITTEN)
    return _writing.set(True)


@contextmanager
def atomic() -> Iterator[None]:
    """A transaction of the engine's database, or a savepoint within one; also a decorator: `@atomic()`."""
    used = connection()
    begins = not _is_in_a_transaction(used)
    with transaction.atomic(using=used.alias), reading_where_it_is_written(), ExitStack() as stack:
        if begins:
            _see_what_others_committed(used)
            stack.callback(_begun.reset, _begun.set(True))
        elif used.vendor == "mysql" and _reads_a_snapshot(used) and not _begun.get():
            stack.enter_context(used.execute_wrapper(_as_it_is_now))
        yield


def _is_in_a_transaction(used: BaseDatabaseWrapper) -> bool:
    """Whether what begins now is part of a caller's transaction: a block, or one that it commits by hand."""
    return used.in_atomic_block or not used.get_autocommit()


def _as_it_is_now(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """In a caller's REPEATABLE READ on MySQL, read as its SERIALIZABLE does: what is committed, kept from changing."""
    if sql.startswith("SELECT") and not sql.rstrip().endswith(_LOCKING):
        sql += _SHARED
    return execute(sql, params, many, context)


def _see_what_others_committed(begun: BaseDatabaseWrapper) -> None:
    """Have each statement see what is committed by then, where the project's transactions are REPEATABLE READ.

    There a row is locked as it is now, and what is read after the wait for it is as it was before: on MySQL always, on
    PostgreSQL where the one who held it changed other rows. SERIALIZABLE tells of that by an error, and stays.
    """
    if _reads_a_snapshot(begun):
        with begun.cursor() as cursor:
            cursor.execute(_WEAKER)


def _reads_a_snapshot(used: Any) -> bool:
    """Whether a transaction reads what was there when it began, and is told of no change since."""
    if used.vendor == "mysql":  # None is what the server has, by default the same
        level = used.settings_dict["OPTIONS"].get("isolation_level", _DJANGO_S)
        return level is None or str(level).lower() == "repeatable read"
    return used.vendor == "postgresql" and _level(used) == "repeatable read"


def _level(used: Any) -> str:
    """The isolation level of PostgreSQL's transactions, asked once for each connection and in a transaction of it.

    OPTIONS do not tell: a server, a database or a role may have another default than Django thinks. To ask takes no
    snapshot, so that the level can still be changed.
    """
    if used.connection not in _levels:
        with used.wrap_database_errors, used.connection.cursor() as cursor:  # no query of Django's, which counts them
            cursor.execute("SHOW transaction_isolation")
            _levels[used.connection] = cursor.fetchone()[0]
    return _levels[used.connection]


def on_commit(call: Callable[[], Any]) -> None:
    """Call it once the transaction on the engine's database has committed; what it raises is logged by Django.

    It is no partial: Django's log wants the name of a function.
    """
    transaction.on_commit(call, using=alias(), robust=True)


def verb(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function in a transaction, which is tried again when it met others at work.

    A deadlock, a serialization failure, a lock that is not to be had and a row that was deleted meanwhile undo the
    transaction. Where it is the outermost one it is begun anew, a bounded number of times and for a bounded time; where
    it is part of another verb's, that one is; where it is part of a caller's, that is the caller's to do. Raises
    Conflict when it did not come through, and at once where the database ended a statement that took too long.
    """

    @wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if _is_in_a_transaction(connection()):
            return _as_part(function, *args, **kwargs)
        began = time.monotonic()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _as_the_outermost(function, *args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if not is_passing(error):
                    raise
                is_last = attempt == ATTEMPTS or time.monotonic() - began >= PATIENCE_SECONDS
                if is_last or took_too_long(error):
                    raise _conflict(error) from error
                logger.info("%s is tried again: %s", function.__name__, error)
                longest = min(_PAUSE_SECONDS * 2**attempt, _LONGEST_PAUSE)
                time.sleep(longest * random.uniform(0.5, 1))  # two that met part ways
        raise AssertionError("the last attempt returns or raises")

    return call


def _as_the_outermost(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    token = _is_tried_again.set(True)
    try:
        with atomic():
            result = function(*args, **kwargs)
            _is_tried_again.set(False)  # what the commit calls is no part of it
        return result
    finally:
        _is_tried_again.reset(token)


def _as_part(function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    try:
        with atomic():
            return function(*args, **kwargs)
    except (OperationalError, IntegrityError) as error:
        if _is_tried_again.get() or not is_passing(error):
            raise
        raise _conflict(error) from error


def _conflict(error: Error) -> Conflict:
    if took_too_long(error):
        return Conflict(_("The database took too long and was stopped; try again."))
    return Conflict(_("Others were at work on the same rows; try again."))


def took_too_long(error: Error) -> bool:
    """Whether the database ended a statement for the time that it took, such as the wait for a lock."""
    return _state(error.__cause__) == _TOO_LONG


def is_passing(error: Error) -> bool:
    """Whether the database refused what it may take the next time."""
    cause = error.__cause__
    number = cause.args[0] if cause is not None and cause.args else None
    if isinstance(error, IntegrityError):  # a row was read, and deleted before the commit; or its twin was not seen
        gone = _state(cause) == "23503" or number in _GONE or "FOREIGN KEY constraint" in str(cause)
        return gone or any(name in str(cause) for name in _MADE)
    return (
        _state(cause) in _STATES or number in _NUMBERS or took_too_long(error) or _LOCKED.search(str(error)) is not None
    )


def _state(cause: BaseException | None) -> str | None:
    """The SQLSTATE, as psycopg 3 and psycopg2 call it."""
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
