"""Fixtures of the whole suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import translation

from tests.browser import chromium
from tests.protocol import node
from tests.rabbitmq import broker
from tests.redis import place as redis_place


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a request in Arabic leaves to its thread ends with the test."""
    yield
    translation.deactivate()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-postgres", action="store_true", help="fail, instead of skipping, what needs PostgreSQL")
    parser.addoption("--require-rabbitmq", action="store_true", help="fail, instead of skipping, what needs RabbitMQ")
    parser.addoption("--require-redis", action="store_true", help="fail, instead of skipping, what needs Redis")
    parser.addoption("--require-node", action="store_true", help="fail, instead of skipping, what needs Node.js")
    parser.addoption("--require-browser", action="store_true", help="fail, instead of skipping, what needs Chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _see_to_postgres(config, items)
    _see_to_servers(items)
    _see_to_rabbitmq(config, items)
    _see_to_redis(config, items)
    _see_to_node(config, items)
    _see_to_the_browser(config, items)


def _see_to_postgres(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    if config.getoption("--require-postgres"):
        raise pytest.UsageError("--require-postgres: DATABASE_URL names no PostgreSQL database")
    skip = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL and run `make test-postgres`")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)


def _see_to_servers(items: list[pytest.Item]) -> None:
    if connection.vendor != "sqlite":
        return
    for item in items:
        if item.get_closest_marker("server"):
            item.add_marker(pytest.mark.skip(reason="needs a database server: set DATABASE_URL"))


def _see_to_rabbitmq(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("rabbitmq")]
    if not marked or broker.answers():
        return
    if config.getoption("--require-rabbitmq"):
        raise pytest.UsageError(f"--require-rabbitmq: no RabbitMQ answers at {broker.place()}")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=f"needs RabbitMQ: none answers at {broker.place()}"))


def _see_to_redis(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("redis")]
    if not marked or redis_place.answers():
        return
    if config.getoption("--require-redis"):
        raise pytest.UsageError(f"--require-redis: no Redis answers at {redis_place.place()}")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=f"needs Redis: none answers at {redis_place.place()}"))


def _see_to_node(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("node")]
    missing = node.missing() if marked else None
    if missing is None:
        return
    if config.getoption("--require-node"):
        raise pytest.UsageError(f"--require-node: {missing}")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=f"needs Node.js: {missing}"))


def _see_to_the_browser(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("browser")]
    missing = chromium.missing() if marked else None
    if missing is None:
        return
    if config.getoption("--require-browser"):
        raise pytest.UsageError(f"--require-browser: {missing}")
    for item in marked:
        item.add_marker(pytest.mark.skip(reason=f"needs Chromium: {missing}"))
