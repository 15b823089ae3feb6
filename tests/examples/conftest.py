"""A live server that the examples share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gql_workflows.demo.server import Running, demo_server


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    with demo_server() as running:
        yield running
