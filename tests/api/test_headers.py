"""Headers and paths that are too long: refused before anything of them is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers import asgi

from gql_workflows.server.asgi import application
from tests.api.listening import Socket, run
from tests.api.test_bodies import BODY, PIECE, Client
from tests.client import URL

pytestmark = pytest.mark.django_db(transaction=True)
ESCAPES = 'a="' + "\\" * 30_000 + '"'  # which Python's reader of cookies takes 5 seconds for


@pytest.fixture
def no_cookie_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(text: str) -> Any:
        raise AssertionError(len(text))

    monkeypatch.setattr(asgi, "parse_cookie", read)


@pytest.mark.usefixtures("no_cookie_is_read")
class TestHeaders:
    """All lines of one header count together."""

    @pytest.mark.parametrize("header", ["cookie", "accept", "content_type", "authorization", "accept_language", "x"])
    def test_a_long_one_is_refused(self, header: str) -> None:
        client = Client([BODY], **{header: ESCAPES}).ask()
        assert (client.status, client.taken) == (431, 0)
        (error,) = client.answer["errors"]
        assert error == {"message": "A header is too long.", "extensions": {"code": "LIMIT_EXCEEDED"}}

    def test_at_every_address_of_the_server(self) -> None:
        for path in ("/admin/login/", "/nothing/"):
            assert Client([BODY], cookie=ESCAPES).ask(path, application).status == 431

    def test_a_websocket_is_refused(self) -> None:
        async def scenario() -> None:
            client = await sync_to_async(Socket)(None, Cookie=ESCAPES)
            assert await client.connect() == {"type": "websocket.close"}

        run(scenario)

    def test_many_lines_are_one_header(self) -> None:
        client = Client([BODY])
        client.lines = [(b"cookie", b"a=" + b"\\" * 2_000)] * 5
        assert client.ask().status == 431


def test_usual_ones_pass(settings: Any) -> None:
    assert Client([BODY], cookie="a=" + "b" * 7_000, authorization="x" * 7_000).ask().status == 200
    settings.GQL_WORKFLOWS = {"MAX_HEADER_BYTES": 100}
    assert Client([BODY], cookie="a=" + "b" * 100).ask().status == 431


def test_a_long_path_is_refused_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = Client([]).ask("/" + "p" * 9_000, application)
    assert client.status == 414
    assert client.answer["errors"][0]["message"] == "The address is too long."
    assert caplog.text == ""


def test_a_length_of_thousands_of_digits_is_too_large() -> None:
    assert Client([BODY], content_length="9" * 5_000).ask().status == 413


def test_the_servers_other_addresses_read_no_large_bodies(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"MAX_BODY_BYTES": 10_000}
    for path in ("/admin/login/", "/", "/static/x", URL):
        assert Client([PIECE] * 50, content_length="50000").ask(path, application).taken == 0
        client = Client([PIECE] * 50).ask(path, application)
        assert (client.status, client.taken) == (413, 11)
        assert json.dumps(client.answer)
