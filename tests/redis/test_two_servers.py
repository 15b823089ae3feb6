"""Subscriptions over a real Redis: one process decides, the clients of another are told."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from gql_workflows.ids import key_in
from tests.redis.servers import PATIENCE, Pair, Person

pytestmark = pytest.mark.redis

MEGABYTE = 1_000_000
STATE = "status currentSteps { id assignedTo { username } }"
CHANGED = f"subscription Changed($id: ID!) {{ attachmentChanged(attachmentId: $id) {{ {STATE} }} }}"
LARGE = """
subscription Changed($id: ID!) {
  attachmentChanged(attachmentId: $id) { %s }
}
""" % " ".join(f"m{number}: metadata" for number in range(22))  # noqa: UP031 - the braces are GraphQL's
NOW = f"query Now($id: ID!) {{ attachment(id: $id) {{ {STATE} }} }}"
COUNT = "subscription { myApprovalsCount }"
ATTACH = f"""
mutation Attach($input: AttachWorkflowInput!) {{
  attachWorkflow(input: $input) {{ attachment {{ id {STATE} }} errors {{ code message }} }}
}}
"""
APPROVE = """
mutation Approve($input: ApproveStepInput!) { approveStep(input: $input) { outcome errors { code message } } }
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    pair = Pair(tmp_path_factory.mktemp("servers"))
    try:
        pair.start()
        yield pair
    finally:
        pair.stop()


@pytest.fixture
def erin(pair: Pair) -> Person:
    """The requester, at the first server."""
    return pair.person("erin", 0)


@pytest.fixture
def attachment(pair: Pair, erin: Person) -> dict[str, Any]:
    """A run of the demo's template on a request of its own, with 90 kB of metadata."""
    target = {"model": "demo.PurchaseRequest", "id": pair.seed["purchase_requests"].pop()}
    filler = {"filler": secrets.token_hex(45_000)}
    answer = erin.run(ATTACH, input={"workflowId": pair.seed["template"], "target": target, "metadata": filler})
    assert answer["errors"] == []
    attachment: dict[str, Any] = answer["attachment"]
    return attachment


def approve(person: Person, step: dict[str, Any]) -> None:
    assert person.run(APPROVE, input={"stepId": step["id"]})["errors"] == []


def test_a_decision_at_one_server_is_told_by_the_other(pair: Pair, erin: Person, attachment: dict[str, Any]) -> None:
    (step,) = attachment["currentSteps"][:1]
    name = step["assignedTo"]["username"]
    decider, elsewhere = pair.person(name, 1), pair.person(name, 0)
    with (
        erin.listening(CHANGED, id=attachment["id"]) as socket,
        elsewhere.listening(COUNT) as inbox,
        elsewhere.streaming(COUNT) as events,
    ):
        assert socket.data()["currentSteps"] == attachment["currentSteps"]
        waiting = inbox.data()
        assert waiting == next(events) > 0
        approve(decider, step)
        assert socket.data()["currentSteps"] != attachment["currentSteps"]
        assert inbox.data() == next(events) == waiting - 1


def test_a_decision_of_a_process_without_a_server_is_told(pair: Pair, erin: Person, attachment: dict[str, Any]) -> None:
    with erin.listening(CHANGED, id=attachment["id"]) as socket:
        socket.data()
        pair.python("-m", "tests.redis.deciding", str(key_in(attachment["id"], "WorkflowAttachment")), "1")
        assert socket.data()["currentSteps"] != attachment["currentSteps"]


def test_a_session_that_ends_at_one_server_is_heard_no_more_at_the_other(
    pair: Pair, erin: Person, attachment: dict[str, Any]
) -> None:
    other = pair.person("erin", 1)
    other.http.cookies = erin.http.cookies
    with erin.listening(CHANGED, id=attachment["id"]) as socket:
        socket.data()
        assert other.run("mutation { logout }") is True
        (error,) = socket.receive()["payload"]["errors"]
        assert error["extensions"] == {"code": "FORBIDDEN"}
        assert socket.receive() == {"type": "complete", "id": "1"}


def settles(function: Callable[[], int], value: int) -> bool:
    """Whether the function comes to give this value."""
    deadline = time.monotonic() + PATIENCE
    while function() != value and time.monotonic() < deadline:
        time.sleep(0.1)
    return function() == value


def test_open_streams_hold_no_connection_to_the_database(pair: Pair, erin: Person) -> None:
    before = pair.database_handles(0)  # SQLite keeps a few of closed connections, whatever is open: never one a stream
    with ExitStack() as opened:
        for _ in range(6):
            opened.enter_context(erin.listening(COUNT)).data()
            next(opened.enter_context(erin.streaming(COUNT)))
        assert settles(lambda: int(pair.database_handles(0) <= before + 2), 1)


def test_who_leaves_leaves_nothing_behind(pair: Pair, erin: Person, attachment: dict[str, Any]) -> None:
    with erin.listening(CHANGED, id=attachment["id"]) as socket, erin.streaming(COUNT) as events:
        socket.data()
        next(events)
        assert pair.topics() > 0
    assert settles(pair.topics, 0)


def test_clients_that_stop_reading_hold_up_nobody_and_fill_no_memory(
    pair: Pair, erin: Person, attachment: dict[str, Any]
) -> None:
    key = str(key_in(attachment["id"], "WorkflowAttachment"))
    with (
        erin.listening(LARGE, id=attachment["id"]),
        erin.listening(LARGE, id=attachment["id"]),
        erin.listening(CHANGED, id=attachment["id"]) as reader,
    ):
        reader.data()
        started_with = pair.memory(0)
        for _ in range(2):
            pair.python("-m", "tests.redis.deciding", key, "15")
            now = erin.run(NOW, id=attachment["id"])
            while reader.data() != now:
                pass
        # 30 changes of 2 MB for each of the two would be 120 MB
        assert pair.memory(0) - started_with < 60 * MEGABYTE


def test_a_redis_that_is_not_there_stops_no_decision(tmp_path: Path) -> None:
    lonely = Pair(tmp_path, url="redis://127.0.0.1:1/0")  # nobody listens on port 1
    lonely.python("-c", ATTACH_ONE)


ATTACH_ONE = """
import time, django
django.setup()
from django.test import override_settings
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import PurchaseRequest
with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
    request = PurchaseRequest.objects.first()
    began = time.monotonic()
    attach_workflow_to_object(request, WorkFlow.objects.get(is_hidden=False), request.requester)
    assert time.monotonic() - began < 3
    assert WorkflowAttachment.objects.get().status == "in_progress"
"""
