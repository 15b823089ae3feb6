"""Counting in JSON, done by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField


class ApprovalsLength(Func):
    """How many approvals a stored info object lists; 0 or null where it lists none. Its argument is a column."""

    output_field = IntegerField()
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The length is asked of arrays alone: PostgreSQL refuses anything else."""
        approvals = "(%(expressions)s)::jsonb -> 'approvals'"
        template = f"CASE WHEN jsonb_typeof({approvals}) = 'array' THEN jsonb_array_length({approvals}) END"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """The length is asked of arrays alone: MySQL counts the keys of an object too, and 1 for anything else."""
        kind = "JSON_TYPE(JSON_EXTRACT(%(expressions)s, '$.approvals'))"
        template = f"CASE WHEN {kind} = 'ARRAY' THEN JSON_LENGTH(%(expressions)s, '$.approvals') END"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite gives 0 for what is no array, and null where there is nothing."""
        return self.as_sql(
            compiler, connection, template="JSON_ARRAY_LENGTH(%(expressions)s, '$.approvals')", **context
        )
