"""The database goes away and comes back: clients are told within seconds, and the server goes on."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gql_workflows.server.patience import expect_signs_of_life
from tests.operation.relay import Relay
from tests.operation.server import LOGIN, Server
from tests.redis.servers import Listening, Person

pytestmark = pytest.mark.server
SECONDS = 8
VIEWER = "{ viewer { user { username } } }"
COUNT = "subscription { myApprovalsCount }"
NAME = "operation_of_the_server"
DOCUMENTS = (VIEWER, LOGIN % ('"erin"', '"erin-demo-1"'), "{ workflows { edges { node { id } } } }")


def _is_mysql() -> bool:
    return connection.vendor == "mysql"


def _port() -> int:
    return int(connection.settings_dict["PORT"] or (3306 if _is_mysql() else 5432))


def asked_directly(sql: str) -> list[Any]:
    """What a statement gives on a connection that has none of the test's databases."""
    settings: dict[str, Any] = connection.settings_dict
    place = {"host": settings["HOST"], "user": settings["USER"], "password": settings["PASSWORD"], "port": _port()}
    place |= {} if _is_mysql() else {"dbname": "postgres"}
    with closing(connection.Database.connect(**place, autocommit=True)) as other, closing(other.cursor()) as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def _drop() -> None:
    asked_directly(f"DROP DATABASE IF EXISTS {NAME}" + ("" if _is_mysql() else " WITH (FORCE)"))


def _end_connections() -> None:
    """The database server ends what is connected with the server's database."""
    if _is_mysql():
        for (number,) in asked_directly(f"SELECT id FROM information_schema.processlist WHERE db = '{NAME}'"):
            asked_directly(f"KILL {number}")
    else:
        asked_directly(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'")


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    found = Relay(connection.settings_dict["HOST"], _port())
    yield found
    found.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, relay: Relay) -> Iterator[Server]:
    _drop()
    asked_directly(f"CREATE DATABASE {NAME}" + (" CHARACTER SET utf8mb4" if _is_mysql() else ""))
    user, password = connection.settings_dict["USER"], connection.settings_dict["PASSWORD"]
    folder: Path = tmp_path_factory.mktemp("server")
    scheme = "mysql" if _is_mysql() else "postgres"
    found = Server(folder, {"DATABASE_URL": f"{scheme}://{user}:{password}@127.0.0.1:{relay.port}/{NAME}"})
    found.prepare("migrate --verbosity=0", "seed_demo --json")
    found.start()
    assert found.login("erin", "erin-demo-1")["errors"] == []
    yield found
    found.stop()
    _drop()


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


@pytest.mark.parametrize("how", ["refuse", "fall_silent"])
@pytest.mark.parametrize("door", ["listening", "streaming"])
def test_streams_outlast_a_database_that_is_away_for_a_moment(
    server: Server, relay: Relay, how: str, door: str
) -> None:
    """What is open stays so and is told again; what begins meanwhile begins when the database is back."""
    erin = Person(server.port, "erin", "erin-demo-1")
    with getattr(erin, door)(COUNT) as before:
        assert first(before) >= 0
        getattr(relay, how)()
        try:
            if door == "listening":
                before.send({"type": "subscribe", "id": "2", "payload": {"query": COUNT}})
            time.sleep(SECONDS)
            assert server.http.get("/healthz").status_code == 200
            assert server.process.poll() is None
        finally:
            relay.open_again()
        is_back(server)
        if door == "listening":
            assert first(before) >= 0  # of the second operation
    assert "Traceback" not in server.log


def first(stream: Any) -> Any:
    """The next value of a websocket or an event stream."""
    return stream.data() if isinstance(stream, Listening) else next(stream)


def test_an_event_stream_that_begins_meanwhile_is_refused_with_the_reason(server: Server, relay: Relay) -> None:
    accept = {"Accept": "text/event-stream"}
    relay.refuse()
    try:
        began = time.monotonic()
        with server.http.stream("POST", "/graphql/", json={"query": COUNT}, headers=accept) as answer:
            assert answer.status_code == 503  # before it is read: a stream that begins has no end
            assert "SERVICE_UNAVAILABLE" in answer.read().decode()
        assert time.monotonic() - began < SECONDS
    finally:
        relay.open_again()
    is_back(server)


def test_connections_that_the_database_ended_are_not_handed_out(server: Server) -> None:
    is_back(server)
    _end_connections()
    assert server.post(VIEWER).json() == {"data": {"viewer": {"user": {"username": "erin"}}}}


def test_the_checks_have_nothing_to_say(server: Server) -> None:
    server.prepare("check --database default --fail-level WARNING")


@pytest.mark.django_db
def test_a_mysql_that_is_cut_off_in_the_middle_of_a_statement_is_given_up() -> None:
    if not _is_mysql():
        pytest.skip("PostgreSQL's driver is told so in the settings")
    connection.ensure_connection()
    expect_signs_of_life(connection)
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as used:
        assert used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 5000
        assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
