"""A database that refuses to write a table, from the first such statement on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import Model

_NAME = "refuse_in_tests"
_ON_POSTGRESQL = """
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
    CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
"""
_ON_SQLITE = "CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"


@contextmanager
def refusing(model: type[Model], verb: str = "INSERT") -> Iterator[None]:
    """The database itself raises when a row of this model is written; everything before it succeeds."""
    if connection.vendor == "mysql":
        pytest.skip("MySQL commits where a trigger is made: the test's rows would stay")
    postgresql = connection.vendor == "postgresql"
    facts = {"name": _NAME, "verb": verb, "table": model._meta.db_table}
    with connection.cursor() as cursor:
        cursor.execute((_ON_POSTGRESQL if postgresql else _ON_SQLITE).format(**facts))
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER {name} ON {table}".format(**facts) if postgresql else f"DROP TRIGGER {_NAME}")
        if postgresql:
            cursor.execute(f"DROP FUNCTION {_NAME}()")
