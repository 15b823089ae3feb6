"""The isolation levels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import UserFactory

LEVELS = ("read committed", "repeatable read", "serializable")


SERVER_S = ("the server's repeatable read", "the server's serializable")


@pytest.fixture(params=[*LEVELS, *SERVER_S])
def level(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Every connection that is opened from now on has this isolation level, by its options or as the server has it."""
    name = request.param.removeprefix("the server's ")
    if name == request.param:
        with _options(name):
            yield name
    elif connection.vendor == "postgresql":
        with _default(name):
            yield name
    else:
        pytest.skip("needs PostgreSQL, where a database has a level of its own")


@contextmanager
def _options(level: str) -> Iterator[None]:
    options = connection.settings_dict["OPTIONS"]
    before = dict(options)
    options["isolation_level"] = level if connection.vendor == "mysql" else 2 + LEVELS.index(level)
    connection.close()
    yield
    options.clear()
    options.update(before)
    connection.close()


@contextmanager
def _default(level: str) -> Iterator[None]:
    """As `ALTER ROLE … SET` and the server's own configuration do."""
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {database} SET default_transaction_isolation TO %s", [level])
    connection.close()
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {database} RESET default_transaction_isolation")
    connection.close()


@pytest.fixture
def boss(transactional_db: None) -> User:
    return UserFactory()
