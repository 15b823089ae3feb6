"""The audit of the npm package graphql-http, against the server as it is run."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from gql_workflows.demo.server import demo_server
from tests.protocol.node import FOLDER

AUDITS = 61  # of graphql-http 1.23: what MUST, what SHOULD and what MAY be


@pytest.mark.node
def test_the_server_passes_every_audit_of_graphql_over_http() -> None:
    with demo_server() as server:
        results = audit(server.url)
    failed = [f"{result['id']} {result['name']}: {result['reason']}" for result in results if result["status"] != "ok"]
    assert failed == []
    assert len({result["id"] for result in results}) == AUDITS


def audit(url: str) -> list[dict[str, Any]]:
    """The result of each audit of the server at this address."""
    command = ["node", str(FOLDER / "audit.js"), url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    results: list[dict[str, Any]] = json.loads(done.stdout)
    return results
