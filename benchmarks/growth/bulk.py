"""Tables without what slows down large inserts, and with it again: what is built anew checks every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import connection

from benchmarks.growth.progress import Progress

_CONSTRAINTS: Final = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
_INDEXES: Final = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A statement that takes something away, and the one that brings it back."""

    away: str
    back: str


@contextmanager
def bare_tables(tables: Sequence[str]) -> Iterator[None]:
    """The tables with nothing but their columns, checks and primary keys, while the block runs."""
    changes = _changes(tables)
    _run([change.away for change in changes])
    try:
        yield
    finally:
        progress = Progress("indexes and constraints", len(changes))
        for change in changes:
            _run(["SET maintenance_work_mem = '512MB'", change.back])
            progress.advance(1)


def _changes(tables: Sequence[str]) -> list[Change]:
    """Foreign keys last: their checks use the indexes."""
    names = list(tables)
    constraints = [
        (is_foreign, Change(away=f'ALTER TABLE {table} DROP CONSTRAINT "{name}"', back=_added(table, name, text)))
        for table, name, text, is_foreign in _rows(_CONSTRAINTS, names)
    ]
    indexes = [Change(away=f"DROP INDEX {name}", back=text) for name, text in _rows(_INDEXES, names)]
    unique = [change for is_foreign, change in constraints if not is_foreign]
    return [*indexes, *unique, *(change for is_foreign, change in constraints if is_foreign)]


def _added(table: str, name: str, text: str) -> str:
    return f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}'


def _rows(query: str, tables: list[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [tables])
        return list(cursor.fetchall())


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
