"""The database goes away and comes back: clients are told within seconds, and the server goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.operation.relay import Relay
from tests.operation.server import LOGIN, Server

pytestmark = pytest.mark.postgres
SECONDS = 8
VIEWER = "{ viewer { user { username } } }"
NAME = "operation_of_the_server"
DOCUMENTS = (VIEWER, LOGIN % ('"erin"', '"erin-demo-1"'), "{ workflows { edges { node { id } } } }")


def _statement(sql: str) -> None:
    settings: dict[str, Any] = connection.settings_dict
    place = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    with psycopg.connect(**place, password=settings["PASSWORD"], dbname="postgres", autocommit=True) as other:
        other.execute(sql)


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    found = Relay(connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or 5432))
    yield found
    found.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, relay: Relay) -> Iterator[Server]:
    _statement(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _statement(f"CREATE DATABASE {NAME}")
    user, password = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    folder: Path = tmp_path_factory.mktemp("server")
    found = Server(folder, {"DATABASE_URL": f"postgres://{user}:{password}@127.0.0.1:{relay.port}/{NAME}"})
    found.prepare("migrate --verbosity=0", "seed_demo --json")
    found.start()
    assert found.login("erin", "erin-demo-1")["errors"] == []
    yield found
    found.stop()
    _statement(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def told(server: Server, document: str) -> tuple[int, str, str]:
    """The status, the code and the wait of an answer, which does not take long."""
    began = time.monotonic()
    response = server.post(document)
    assert time.monotonic() - began < SECONDS
    (error,) = response.json()["errors"]
    assert error["extensions"]["id"] in server.log
    return response.status_code, error["extensions"]["code"], response.headers["Retry-After"]


def is_back(server: Server) -> None:
    deadline = time.monotonic() + 15
    while server.post(VIEWER).status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert server.post(VIEWER).json() == {"data": {"viewer": {"user": {"username": "erin"}}}}
    ready = server.http.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("how", ["refuse", "fall_silent"])
def test_a_database_that_is_away_is_a_503_and_the_server_goes_on_when_it_is_back(
    server: Server, relay: Relay, how: str
) -> None:
    getattr(relay, how)()
    try:
        assert {told(server, document) for document in DOCUMENTS} == {(503, "SERVICE_UNAVAILABLE", "5")}
        began = time.monotonic()
        ready = server.http.get("/readyz")
        assert time.monotonic() - began < 5
        assert ready.status_code == 503
        assert ready.json()["checks"]["database"] in ("failed", "no answer")
        assert ready.json()["checks"]["cache"] == "ok"
        assert server.http.get("/healthz").status_code == 200
    finally:
        relay.open_again()
    is_back(server)
    assert "Traceback" not in server.log


def test_connections_that_the_database_ended_are_not_handed_out(server: Server) -> None:
    is_back(server)
    _statement(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'")
    assert server.post(VIEWER).json() == {"data": {"viewer": {"user": {"username": "erin"}}}}
