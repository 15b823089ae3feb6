"""Fixtures of the whole suite."""

from __future__ import annotations

import pytest
from django.db import connection


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-postgres", action="store_true", help="fail, instead of skipping, what needs PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    if config.getoption("--require-postgres"):
        raise pytest.UsageError("--require-postgres: DATABASE_URL names no PostgreSQL database")
    skip = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL and run `make test-postgres`")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)
