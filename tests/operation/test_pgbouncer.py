"""The server over PgBouncer in transaction mode: nothing of it lives in a database's session."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.operation import pgbouncer
from tests.operation.server import Server
from tests.operation.test_database_away import asked_directly
from tests.redis.servers import Person

pytestmark = pytest.mark.postgres
NAME = "operation_over_pgbouncer"
COUNT = "subscription { myApprovalsCount }"
STEPS = "currentSteps { id assignedTo { username } }"
ATTACH = f"""
mutation Attach($input: AttachWorkflowInput!) {{
  attachWorkflow(input: $input) {{ attachment {{ id {STEPS} }} errors {{ code message }} }}
}}
"""
APPROVE = "mutation Approve($input: ApproveStepInput!) { approveStep(input: $input) { errors { code message } } }"
INBOX = "{ myApprovals { edges { node { id attachment { status target { display } } } } } }"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if pgbouncer.PROGRAM is None:
        pytest.skip("needs pgbouncer")
    asked_directly(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    asked_directly(f"CREATE DATABASE {NAME}")
    with tempfile.TemporaryDirectory() as folder:  # of which its user may read
        pooler = pgbouncer.PgBouncer(Path(folder), connection.settings_dict)
        options = "?DISABLE_SERVER_SIDE_CURSORS=true"
        address = f"postgres://workflows@127.0.0.1:{pooler.port}/{NAME}{options}"
        found = Server(tmp_path, {"DATABASE_URL": address})
        try:
            found.prepare("migrate --verbosity=0", "seed_demo --json --requests 16", "dumpdata --output /dev/null")
            yield found.start()
            found.stop()
        finally:
            pooler.stop()
    asked_directly(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def run_of(server: Server, number: int) -> None:
    """Attach a request, and have who is asked look into the inbox and approve."""
    erin = Person(server.port, "erin", "erin-demo-1")
    target = {"model": "demo.PurchaseRequest", "id": str(number)}
    attached = erin.run(ATTACH, input={"workflowId": "V29ya2Zsb3c6MQ==", "target": target})
    assert attached["errors"] == []
    step: dict[str, Any] = attached["attachment"]["currentSteps"][0]
    name = step["assignedTo"]["username"]
    decider = Person(server.port, name, f"{name}-demo-1")
    for _often in range(8):  # more than a driver takes to prepare a statement
        assert step["id"] in {edge["node"]["id"] for edge in decider.run(INBOX)["edges"]}
    assert decider.run(APPROVE, input={"stepId": step["id"]})["errors"] == []


def test_runs_and_streams_share_three_connections(server: Server) -> None:
    failed: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, 17, 4):
                run_of(server, number)
        except BaseException as error:
            failed.append(error)

    with Person(server.port, "frank", "frank-demo-1").listening(COUNT) as inbox:
        inbox.data()
        workers = [threading.Thread(target=work, args=(first,)) for first in range(1, 5)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
        assert failed == []
        inbox.data()
    assert server.http.get("/readyz").status_code == 200
    assert "ERROR" not in server.log, server.log
