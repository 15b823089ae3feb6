"""Bodies that are too large: refused before they are read, whether they say how long they are or not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.asgi import get_asgi_application

from gql_workflows.http.bodies import with_body_limit
from tests.client import URL, Api

pytestmark = pytest.mark.django_db(transaction=True)
PIECE = b" " * 1_000
BODY = json.dumps({"query": "{ __typename }"}).encode()


@pytest.fixture(autouse=True)
def a_small_limit(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"MAX_BODY_BYTES": 10_000}


class Client:
    """A client of an ASGI application: what it sends, how much of it was taken for the answer, and what that was."""

    def __init__(self, pieces: list[bytes], **headers: str) -> None:
        self._waiting: Iterator[bytes] = iter(pieces)
        self._left = len(pieces)
        self.headers = {"content-type": "application/json", **headers}
        self.lines: list[tuple[bytes, bytes]] = []
        self.given = self.taken = 0
        self.sent: list[dict[str, Any]] = []

    def ask(self, path: str = URL, application: Any = None) -> Client:
        names = [(name.replace("_", "-").encode(), value.encode()) for name, value in self.headers.items()]
        names += self.lines
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": names}
        scope |= {"asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "server": ("testserver", 80)}
        served = application or with_body_limit(get_asgi_application())
        asyncio.run(served(scope, self._receive, self._send))
        return self

    async def _receive(self) -> dict[str, Any]:
        if not self._left:
            await asyncio.Event().wait()  # as a server does: the client stays
        self.given, self._left = self.given + 1, self._left - 1
        return {"type": "http.request", "body": next(self._waiting), "more_body": self._left > 0}

    async def _send(self, message: dict[str, Any]) -> None:
        if not self.sent:
            self.taken = self.given
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def answer(self) -> Any:
        return json.loads(b"".join(message.get("body", b"") for message in self.sent))


def check_refused(client: Client, media_type: str = "application/json") -> None:
    assert client.status == 413
    assert client.answer == {
        "errors": [{"message": "The request body is too large.", "extensions": {"code": "LIMIT_EXCEEDED"}}]
    }
    headers = dict(client.sent[0]["headers"])
    assert headers[b"content-type"].decode() == f"{media_type}; charset=utf-8"
    assert headers[b"connection"] == b"close"


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    client = Client([PIECE] * 150, content_length="150000").ask()
    check_refused(client)
    assert client.taken == 0


def test_what_still_comes_is_thrown_away_after_the_answer() -> None:
    client = Client([PIECE] * 150, content_length="150000").ask()
    assert (client.taken, client.given) == (0, 150)
    assert [message.get("more_body") for message in client.sent] == [None, True, None]


def test_a_body_without_a_length_is_read_up_to_the_limit() -> None:
    client = Client([PIECE] * 150, accept="application/graphql-response+json").ask()
    check_refused(client, "application/graphql-response+json")
    assert client.taken == 11


def test_a_body_that_says_less_than_it_has_is_read_up_to_the_limit() -> None:
    client = Client([PIECE] * 150, content_length="10").ask()
    check_refused(client)
    assert client.taken == 11


@pytest.mark.parametrize("path", [URL, URL.rstrip("/")])
def test_the_last_slash_does_not_matter(path: str) -> None:
    assert Client([PIECE] * 50, content_length="50000").ask(path).taken == 0


def test_a_refusal_speaks_the_clients_language() -> None:
    client = Client([], content_length="50000", accept_language="ar").ask()
    assert client.answer["errors"][0]["message"] != "The request body is too large."


def test_other_bodies_and_other_addresses_are_left_alone() -> None:
    assert Client([BODY, PIECE * 9]).ask().answer == {"data": {"__typename": "Query"}}
    elsewhere = Client([PIECE] * 20).ask("/nothing/")
    assert (elsewhere.status, elsewhere.taken) == (404, 20)


def test_an_answer_is_not_sent_on_to_a_client_that_left() -> None:
    """A server hears of it between the parts alone; until then each is written to a connection that is gone."""
    written: list[bool] = []
    gone = asyncio.Event()

    async def long_answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _part in range(300):
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})

    async def send(message: dict[str, Any]) -> None:
        written.append(gone.is_set())
        asyncio.get_running_loop().call_soon(gone.set)

    scope = {"type": "http", "method": "POST", "path": URL, "query_string": b"", "headers": []}
    asyncio.run(with_body_limit(long_answer)(scope, asyncio.Event().wait, send))
    assert written.index(True) <= 2


def test_the_address_of_a_get_has_the_same_limit() -> None:
    response = Api().http.get(URL, {"query": "{ __typename }", "variables": json.dumps({"a": "x" * 10_000})})
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (414, {"code": "LIMIT_EXCEEDED"})


def test_an_address_of_many_parameters_is_refused(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {}
    response = Api().http.get(f"{URL}?query={{__typename}}&" + "&".join(f"a{n}=1" for n in range(2_000)))
    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (400, {"code": "BAD_USER_INPUT"})
