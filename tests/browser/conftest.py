"""A server with the demo's data, a browser, and a fresh page in it that nothing may go wrong in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from gql_workflows.demo.server import Running, demo_server
from tests.browser.administration import Administration
from tests.browser.chromium import FLAGS, PROGRAM
from tests.browser.explorer import Explorer


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with demo_server() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def explorer(chromium: Browser, server: Running) -> Iterator[Explorer]:
    """GraphiQL at a first visit; afterwards nothing was complained of, and no other host was asked for anything."""
    context = chromium.new_context(viewport={"width": 1400, "height": 850})
    explorer = Explorer(context.new_page(), server.url).open()
    yield explorer
    assert explorer.violations() == []
    assert explorer.complaints == []
    assert explorer.hosts == {urlsplit(server.url).netloc}
    context.close()


@pytest.fixture
def administration(chromium: Browser, server: Running) -> Iterator[Administration]:
    """The admin, signed in; afterwards nothing was complained of."""
    context = chromium.new_context(viewport={"width": 1300, "height": 900}, locale="en-GB")
    administration = Administration(context, server.url).sign_in()
    yield administration
    assert administration.violations() == []
    assert administration.complaints == []
    context.close()
