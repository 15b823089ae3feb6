"""Making and dropping trigram indexes, while others go on reading and writing the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from django_workflow_engine.search_indexes.declared import TextIndex

_EXTENSION: Final = """
SELECT place.nspname FROM pg_extension JOIN pg_namespace AS place ON place.oid = extnamespace WHERE extname = 'pg_trgm'
"""
_STATE: Final = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class NotPossible(Exception):
    """What the database refused, in its words."""


def prepare(connection: BaseDatabaseWrapper) -> str:
    """The schema of the extension pg_trgm, which is created where it is not there; raises NotPossible."""
    if found := _schema(connection):
        return found
    _execute(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    return _schema(connection)


def make(connection: BaseDatabaseWrapper, index: TextIndex, *, schema: str) -> bool:
    """Whether the index was made, which was not there or was left unfinished; raises NotPossible."""
    quote = connection.ops.quote_name
    state = _state(connection, index)
    if state:
        return False
    if state is not None:
        drop(connection, index)
    operators = f"{quote(schema)}.gin_trgm_ops"
    statement = (
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {quote(index.name)} ON {quote(index.table)} "
        f"USING gin (({index.expression(connection)}) {operators})"
    )
    try:
        _execute(connection, statement)
    except NotPossible:
        if _state(connection, index) is False:
            drop(connection, index)  # what is left of it would be kept up to date, and answer nothing
        raise
    return True


def drop(connection: BaseDatabaseWrapper, index: TextIndex) -> bool:
    """Whether the index was there to be dropped; raises NotPossible."""
    was_there = _state(connection, index) is not None
    if was_there:
        _execute(connection, f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(index.name)}")
    return was_there


def analyse(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Have the planner learn how often texts occur in what the new indexes hold; raises NotPossible."""
    for table in tables:
        _execute(connection, f"ANALYZE {connection.ops.quote_name(table)}")


def _schema(connection: BaseDatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_EXTENSION)
        row = cursor.fetchone()
    return "" if row is None else str(row[0])


def _state(connection: BaseDatabaseWrapper, index: TextIndex) -> bool | None:
    """Whether the index is complete; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [connection.ops.quote_name(index.name)])
        row = cursor.fetchone()
    return None if row is None else bool(row[0])


def _execute(connection: BaseDatabaseWrapper, statement: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as refused:
        raise NotPossible(str(refused).strip().splitlines()[0]) from refused
