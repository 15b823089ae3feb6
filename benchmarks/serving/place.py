"""What the processes of a benchmark have in common: a folder, a database, and the settings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from benchmarks.serving.database import temporary_database

SETTINGS = "benchmarks.serving.settings"


@contextmanager
def set_up(name: str) -> Iterator[Path]:
    """A fresh, migrated database in DATABASE_URL and Django over it; gives a folder for data and logs."""
    with tempfile.TemporaryDirectory(prefix=f"workflow-{name}-") as folder, temporary_database(name) as address:
        os.environ |= {"DATABASE_URL": address, "DATA_DIR": folder}
        prepare()
        try:
            yield Path(folder)
        finally:
            _leave_database()


def prepare() -> None:
    """Set Django up over the database of DATABASE_URL, and migrate it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    call_command("migrate", verbosity=0)


def _leave_database() -> None:
    connection.close()
    connection.close_pool()
