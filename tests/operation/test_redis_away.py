"""Redis goes away and comes back: decisions and answers do not wait for it, and streams hear of news again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gql_workflows.subscriptions.publisher import PAUSE_SECONDS
from tests.operation.relay import Relay
from tests.operation.server import Server
from tests.redis import place
from tests.redis.servers import Listening, Person

pytestmark = pytest.mark.redis
STATUS = "status currentSteps { id assignedTo { username } }"
CHANGED = f"subscription Changed($id: ID!) {{ attachmentChanged(attachmentId: $id) {{ {STATUS} }} }}"
ATTACH = """
mutation Attach($input: AttachWorkflowInput!) { attachWorkflow(input: $input) { attachment { id } errors { code } } }
"""
CANCEL = "mutation Cancel($input: CancelWorkflowInput!) { cancelWorkflow(input: $input) { errors { code message } } }"
SECONDS = 5


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    host, port = place.place().rsplit(":", 1)
    found = Relay(host, int(port))
    yield found
    found.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, relay: Relay) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("redis")
    url = f"redis://127.0.0.1:{relay.port}/13"
    found = Server(folder, {"REDIS_URL": url, "REDIS_PREFIX": f"away-{relay.port}"})
    found.prepare("migrate --verbosity=0", "seed_demo --json --requests 10")
    yield found.start()
    found.stop()


@pytest.fixture
def erin(server: Server) -> Person:
    return Person(server.port, "erin", "erin-demo-1")


def attach(person: Person, number: int) -> str:
    target = {"model": "demo.PurchaseRequest", "id": str(number)}
    answer = person.run(ATTACH, input={"workflowId": "V29ya2Zsb3c6MQ==", "target": target})
    assert answer["errors"] == []
    return str(answer["attachment"]["id"])


def is_quick(call: Any, *arguments: Any) -> Any:
    """What the call gives, which does not take long."""
    began = time.monotonic()
    given = call(*arguments)
    assert time.monotonic() - began < SECONDS
    return given


def is_ready(server: Server) -> None:
    deadline = time.monotonic() + 15
    while server.http.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize("how", ["refuse", "fall_silent"])
def test_a_redis_that_is_away_holds_up_nobody_and_streams_hear_of_news_when_it_is_back(
    server: Server, relay: Relay, erin: Person, how: str
) -> None:
    numbers = iter({"refuse": (1, 2), "fall_silent": (3, 4)}[how])
    run = attach(erin, next(numbers))
    with erin.listening(CHANGED, id=run) as before:
        assert before.data()["status"] == "IN_PROGRESS"
        getattr(relay, how)()
        try:
            assert is_quick(erin.run, "{ viewer { user { username } } }") == {"user": {"username": "erin"}}
            assert is_quick(attach, erin, next(numbers))
            ready: httpx.Response = is_quick(server.http.get, "/readyz")
            assert (ready.status_code, ready.json()["checks"]["cache"]) == (503, "failed")
            assert ready.json()["checks"]["database"] == "ok"
            assert server.login("frank", "frank-demo-1")["errors"] == []
            with erin.listening(CHANGED, id=run) as meanwhile:
                assert is_quick(meanwhile.data)["status"] == "IN_PROGRESS"
                relay.open_again()
                is_ready(server)
                time.sleep(PAUSE_SECONDS + 2)  # after which whoever met a Redis that was away tries again
                cancel(erin, run, [before, meanwhile])
        finally:
            relay.open_again()
    assert "Traceback" not in server.log, server.log


def cancel(person: Person, run: str, listeners: list[Listening]) -> None:
    """Cancel the run, which all of them hear of soon: long before they would look for themselves."""
    assert person.run(CANCEL, input={"attachmentId": run, "reason": "Over"})["errors"] == []
    for listener in listeners:
        while (told := is_quick(listener.data))["status"] != "CANCELLED":
            assert told["status"] == "IN_PROGRESS"
