"""Durations as numbers: an average of a million differences of moments costs twice as much as one of numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import FloatField, Func


class SecondsBetween(Func):
    """The seconds from the moment in one column to that in another, as a fraction; null where one of them is."""

    output_field = FloatField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """An interval knows its seconds."""
        return self._written("EXTRACT(EPOCH FROM (%s - %s))::double precision", (1, 0), compiler)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """MySQL counts whole units between two moments."""
        return self._written("TIMESTAMPDIFF(MICROSECOND, %s, %s) / 1000000.0", (0, 1), compiler)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has moments as texts, whose fraction begins at the twentieth character, and counts in days."""
        seconds, fraction = "julianday(substr(%s, 1, 19))", "CAST('0' || substr(%s, 20) AS REAL)"
        template = f"round(({seconds} - {seconds}) * 86400.0) + ({fraction} - {fraction})"
        return self._written(template, (1, 0, 1, 0), compiler)

    def _written(self, template: str, order: tuple[int, ...], compiler: Any) -> tuple[str, list[Any]]:
        columns = [compiler.compile(self.source_expressions[index]) for index in order]
        return template % tuple(sql for sql, _ in columns), [value for _, values in columns for value in values]
