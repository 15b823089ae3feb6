"""A page of another port without a proxy, as "Your front end" tells: which cookies a browser sends whither."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from gql_workflows.demo.server import demo_server
from tests.browser.chromium import FLAGS, PROGRAM

pytestmark = pytest.mark.browser
LOCAL = tuple(flag.replace("EXCLUDE 127.0.0.1", "EXCLUDE 127.0.0.1, EXCLUDE localhost") for flag in FLAGS)
ASK = """async ([url, query]) => {
  const options = { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" } };
  const response = await fetch(url, { ...options, body: JSON.stringify({ query }) });
  return response.json();
}"""
LISTEN = """([url, query]) => new Promise((told, failed) => {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: "connection_init", payload: null });
  socket.onclose = ({ code }) => failed(new Error(`closed with ${code}`));
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === "connection_ack") send({ id: "1", type: "subscribe", payload: { query } });
    else told(payload);
  };
  setTimeout(() => failed(new Error("nothing was told within 30 seconds")), 30000);
})"""
LOGIN = 'mutation { login(username: "carla", password: "carla-demo-1") { errors { code } } }'
VIEWER = "{ viewer { user { username } } }"
CARLA = {"data": {"viewer": {"user": {"username": "carla"}}}}


class BlankPage(BaseHTTPRequestHandler):
    """What Vite would serve."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Front end</title>")

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def front_end() -> Iterator[int]:
    """The port of another server than the API's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BlankPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


@pytest.fixture(scope="module")
def api(front_end: int) -> Iterator[int]:
    """The port of the API, which lets the other one in under both of its names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORS_ALLOWED_ORIGINS", f"http://localhost:{front_end},http://127.0.0.1:{front_end}")
        with demo_server() as running:
            yield int(running.url.split(":")[2].split("/")[0])


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=LOCAL)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_one_name_for_both_ports_keeps_the_session(page: Page, front_end: int, api: int, host: str) -> None:
    page.goto(f"http://{host}:{front_end}/")
    url = f"http://{host}:{api}/graphql"
    assert page.evaluate(ASK, [url, LOGIN]) == {"data": {"login": {"errors": []}}}
    assert page.evaluate(ASK, [url, VIEWER]) == CARLA
    assert page.evaluate(LISTEN, [url, "subscription { myApprovalsCount }"]) == {"data": {"myApprovalsCount": 0}}


@pytest.mark.parametrize(("host", "other"), [("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")])
def test_two_names_are_two_sites_and_lose_it(page: Page, front_end: int, api: int, host: str, other: str) -> None:
    page.goto(f"http://{host}:{front_end}/")
    url = f"http://{other}:{api}/graphql/"
    assert page.evaluate(ASK, [url, LOGIN]) == {"data": {"login": {"errors": []}}}
    assert page.evaluate(ASK, [url, VIEWER]) == {"data": {"viewer": None}}
