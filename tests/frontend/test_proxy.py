"""Vite before the API, as the page sets it up: the browser knows one origin alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gql_workflows.demo.server import Running
from tests.frontend import project
from tests.frontend.vite import vite

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def page(built: Path, server: Running) -> Iterator[str]:
    with vite(built, server.url.removesuffix("/graphql/")) as origin:
        yield origin


@pytest.mark.parametrize(("client", "over"), [("apollo", "sockets"), ("urql", "streams")])
def test_a_client_does_all_that_it_is_for_through_the_proxy(built: Path, page: str, client: str, over: str) -> None:
    said = project.run(built, "node", f"built/{client}.js", f"{page}/graphql/", SIGN_IN="carla", OVER=over)
    assert said == "ok\n"


def test_with_the_host_changed_and_the_origin_left_it_is_refused(server: Running, page: str) -> None:
    asked = {"query": "{ __typename }"}
    assert httpx.post(f"{page}/graphql/", json=asked, headers={"Origin": page}).status_code == 200
    assert httpx.post(server.url, json=asked, headers={"Origin": page}).status_code == 403
