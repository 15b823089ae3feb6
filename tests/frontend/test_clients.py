"""Each client signs in, pages by ones, forward and back, keeps objects apart, decides and listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from gql_workflows.demo.server import Running
from tests.frontend import project

pytestmark = pytest.mark.node


@pytest.mark.parametrize("client", ["apollo", "urql", "relay", "graphql-ws", "graphql-sse"])
def test_a_client_does_all_that_it_is_for(built: Path, server: Running, client: str) -> None:
    assert project.run(built, "node", f"built/{client}.js", server.url, SIGN_IN="carla") == "ok\n"


def test_urql_listens_to_event_streams_by_itself_and_needs_no_last_slash(built: Path, server: Running) -> None:
    address = server.url.rstrip("/")
    assert project.run(built, "node", "built/urql.js", address, SIGN_IN="carla", OVER="streams") == "ok\n"


def test_clients_that_send_hashes_first_send_documents_then(built: Path, server: Running) -> None:
    assert project.run(built, "node", "built/persisted.js", server.url) == "ok\n"
