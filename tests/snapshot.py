"""What the engine and the approval package have stored: to show that a refused call changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

APPS = ("django_workflow_engine", "approval_workflow", "testapp")
Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot() -> Snapshot:
    """Every row of the engine's, the approval package's and the test models' tables, by table."""
    found: Snapshot = {}
    with connection.cursor() as cursor:
        for table, statement in _statements().items():
            cursor.execute(statement)
            found[table] = cursor.fetchall()
    return found


@cache
def _statements() -> dict[str, str]:
    """What reads each table, written by hand: querysets for all of them would take most of the time of many tests."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    keys = {model._meta.db_table: [field.column for field in model._meta.pk_fields] for model in models}
    quoted = connection.ops.quote_name
    return {
        table: f"SELECT * FROM {quoted(table)} ORDER BY {', '.join(map(quoted, columns))}"
        for table, columns in keys.items()
    }


@contextmanager
def unchanged() -> Iterator[None]:
    """Assert that the block left every row as it was."""
    before = snapshot()
    yield
    assert snapshot() == before
