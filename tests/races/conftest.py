"""The isolation levels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import UserFactory

LEVELS = ("read committed", "repeatable read", "serializable")


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """Every connection that is opened from now on has this isolation level."""
    options = connection.settings_dict["OPTIONS"]
    before = dict(options)
    options["isolation_level"] = request.param if connection.vendor == "mysql" else 2 + LEVELS.index(request.param)
    connection.close()
    yield request.param
    options.clear()
    options.update(before)
    connection.close()


@pytest.fixture
def boss(transactional_db: None) -> User:
    return UserFactory()
