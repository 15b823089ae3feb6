"""The server behind the proxies of docs/deploying.md, as browsers meet it: TLS ends there, and nothing else does."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.operation import proxies
from tests.operation.proxies import NAME, ORIGIN, Proxy
from tests.operation.server import LOGIN, Server

COUNT = "subscription { myApprovalsCount }"
VIEWER = "{ viewer { user { username } } }"
ERIN = LOGIN % ('"erin"', '"erin-demo-1"')
BEHIND_TLS = {
    "ALLOWED_HOSTS": NAME,
    "SECURE_PROXY_SSL_HEADER": "true",
    "SECURE_SSL_REDIRECT": "true",
    "SECURE_HSTS_SECONDS": "60",
    "SESSION_COOKIE_SECURE": "true",
    "CSRF_COOKIE_SECURE": "true",
    "LOGIN_ATTEMPTS": "3",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("server"), BEHIND_TLS)
    found.prepare("migrate --verbosity=0", "seed_demo --json", "collectstatic --noinput --verbosity=0")
    yield found.start()
    found.stop()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    reason = proxies.missing(request.param)
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp(request.param)
    found = Proxy(request.param, folder, server=server.port, static=Path(server.environment["DATA_DIR"]) / "static")
    yield found
    found.stop()


@pytest.fixture
def browser(proxy: Proxy) -> Iterator[httpx.Client]:
    with proxy.client() as found:
        yield found


def ask(browser: httpx.Client, document: str, **headers: str) -> httpx.Response:
    return browser.post("/graphql/", json={"query": document}, headers={"Origin": ORIGIN, **headers})


def test_the_session_s_cookie_is_for_https_alone_and_is_taken(browser: httpx.Client) -> None:
    answer = ask(browser, ERIN)
    assert answer.json()["data"]["login"]["errors"] == []
    assert "Secure" in answer.headers["Set-Cookie"]
    assert ask(browser, VIEWER).json() == {"data": {"viewer": {"user": {"username": "erin"}}}}


def test_a_page_of_another_site_is_refused(browser: httpx.Client) -> None:
    assert ask(browser, VIEWER, Origin="https://evil.example.com").status_code == 403
    assert ask(browser, VIEWER, Origin=f"http://{NAME}").status_code == 403


def test_the_admin_signs_in_with_its_form(browser: httpx.Client) -> None:
    page = browser.get("/admin/login/")
    token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[0]
    form = {"username": "admin", "password": "admin-demo-1", "csrfmiddlewaretoken": token}
    own = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/admin/login/"}
    assert browser.post("/admin/login/?next=/admin/", data=form, headers=own).status_code == 302
    assert browser.get("/admin/").status_code == 200


def test_graphiql_and_its_files_come_compressed(browser: httpx.Client) -> None:
    page = browser.get("/graphql/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=60"
    files = [name for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text) if name.endswith(("js", "css"))]
    for path in (*files, "/static/admin/css/base.css"):
        found = browser.get(path)
        assert (found.status_code, found.headers["Content-Encoding"]) == (200, "gzip")
        assert found.headers["Content-Type"].split(";")[0] in ("text/css", "text/javascript", "application/javascript")


def test_events_come_while_the_stream_is_open(browser: httpx.Client) -> None:
    ask(browser, ERIN)
    began = time.monotonic()
    accept = {"Accept": "text/event-stream", "Origin": ORIGIN}
    with browser.stream("POST", "/graphql/", json={"query": COUNT}, headers=accept) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        first = next(line for line in response.iter_lines() if line.startswith("data: {"))
        assert "myApprovalsCount" in first
        assert time.monotonic() - began < 5


def test_websockets_are_upgraded(proxy: Proxy, browser: httpx.Client) -> None:
    ask(browser, ERIN)
    with proxy.websocket(f"sessionid={browser.cookies['sessionid']}") as opened:
        opened.send(json.dumps({"type": "connection_init"}))
        assert json.loads(opened.recv(10)) == {"type": "connection_ack"}
        opened.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": COUNT}}))
        assert json.loads(opened.recv(10))["type"] == "next"


@pytest.mark.parametrize(("size", "status"), [(3_900_000, 200), (4_100_000, 413), (5_000_000, 413)])
def test_a_body_that_is_too_large_is_refused(browser: httpx.Client, size: int, status: int) -> None:
    body = {"query": VIEWER, "extensions": {"filler": "x" * (size - 100)}}
    assert browser.post("/graphql/", json=body).status_code == status


def wrong(browser: httpx.Client, address: str) -> str:
    """The code that a wrong password is answered with, by a client that says it is elsewhere."""
    answer = ask(
        browser, LOGIN % ('"frank"', '"a guess"'), **{"X-Forwarded-For": address, "Forwarded": f"for={address}"}
    )
    (error,) = answer.json()["data"]["login"]["errors"]
    return str(error["code"])


def test_log_ins_are_counted_by_the_client_s_address_which_it_cannot_choose(proxy: Proxy) -> None:
    source = {"nginx": "127.0.0.2", "caddy": "127.0.0.4"}["nginx" if proxy.is_nginx else "caddy"]
    with proxy.client(source) as guesser, proxy.client("127.0.0.3") as other:
        assert [wrong(guesser, f"192.0.2.{number}") for number in range(4)] == ["INVALID"] * 2 + ["FORBIDDEN"] * 2
        assert ask(other, LOGIN % ('"frank"', '"frank-demo-1"')).json()["data"]["login"]["errors"] == []


def test_without_a_proxy_a_client_cannot_choose_its_address_either(server: Server) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.5")
    own = {"Host": NAME, "X-Forwarded-Proto": "https"}
    with httpx.Client(base_url=server.address, transport=transport, headers=own) as guesser:
        assert [wrong(guesser, f"192.0.2.{number}") for number in range(4)] == ["INVALID"] * 2 + ["FORBIDDEN"] * 2
