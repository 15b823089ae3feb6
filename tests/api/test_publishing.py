"""From the engine's announcements to news: never at the cost of a decision, and the same cost for every event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from gql_workflows.subscriptions import layers, publisher, topics
from gql_workflows.subscriptions.publisher import Publisher
from tests.api.conftest import Office
from tests.api.listening import CHANGED, COUNT, committed, run, socket
from tests.factories import UserFactory, by_role, group_of, template_for
from tests.runs import approve, attachment_of

pytestmark = pytest.mark.django_db


class Refusing:
    """A layer that nobody can reach."""

    asked = 0

    async def group_send(self, name: str, message: Any) -> None:
        type(self).asked += 1
        raise ConnectionRefusedError("nobody at home")


class Hanging(Refusing):
    """A layer that never answers."""

    async def group_send(self, name: str, message: Any) -> None:
        type(self).asked += 1
        await asyncio.sleep(60)


class Noting:
    """A layer that keeps the names of the topics."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def group_send(self, name: str, message: Any) -> None:
        assert message == {"type": "workflow.news", "topic": name}
        self.names.append(name)


@pytest.fixture(autouse=True)
def own_publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A publisher that no other test has seen fail."""
    monkeypatch.setattr(publisher, "publisher", Publisher())
    yield
    Refusing.asked = Hanging.asked = 0


def attached(office: Office, django_capture_on_commit_callbacks: Any) -> WorkflowAttachment:
    template = office.template(2)
    with django_capture_on_commit_callbacks(execute=True):
        attach_workflow_to_object(office.document, template, office.owner)
    return attachment_of(office.document)


@pytest.mark.parametrize("make", [Refusing, Hanging])
def test_a_layer_that_fails_costs_a_moment_once_and_no_decision(
    office: Office,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
    make: type[Refusing],
) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"PUBLISH_SECONDS": 0.1}}
    monkeypatch.setattr(layers, "layer", make)
    began = time.monotonic()
    attachment = attached(office, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        approve(office.document, office.members[0])
    assert time.monotonic() - began < 2
    assert attachment_of(office.document).progress().percentage == 33
    assert make.asked == 4  # the attachment and three inboxes, at once; and nobody asks again for the second change
    assert caplog.text.count(f"No news was sent of attachment {attachment.pk}") == 1


def test_only_names_of_topics_leave(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    layer = Noting()
    monkeypatch.setattr(layers, "layer", lambda: layer)
    attachment = attached(office, django_capture_on_commit_callbacks)
    people = [office.owner, *office.members]
    expected = {topics.attachment(attachment.pk), *(topics.inbox(user.pk) for user in people)}
    assert set(layer.names) == expected
    assert len(layer.names) == len(expected)


def test_a_large_role_is_told_in_one_message(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(publisher, "MOST_INBOXES", 5)
    template = template_for(3, [[by_role(group_of(*UserFactory.create_batch(6)))]])
    layer = Noting()
    monkeypatch.setattr(layers, "layer", lambda: layer)
    with django_capture_on_commit_callbacks(execute=True):
        attach_workflow_to_object(office.document, template, office.owner)
    assert layer.names == [topics.attachment(attachment_of(office.document).pk), topics.EVERY_INBOX]


def test_a_member_of_a_large_role_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "MOST_INBOXES", 1)

    async def scenario() -> None:
        template = await committed(lambda: office.template(2))
        async with socket(office.members[0]) as client:
            await client.subscribe(COUNT)
            assert await client.data() == 0
            await committed(lambda: attach_workflow_to_object(office.document, template, office.owner))
            assert await client.data() == 1

    run(scenario)


def test_without_channels_everything_else_works(
    office: Office, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(layers, "_in_memory", None)
    attachment = attached(office, django_capture_on_commit_callbacks)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=global_id("WorkflowAttachment", attachment.pk))
            (error,) = (await client.receive())["payload"]["errors"]
            assert error["message"] == "This server has no subscriptions."

    run(scenario)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement of the test, as it is sent."""
    sent: list[str] = []

    def note(execute: Any, sql: str, *args: Any) -> Any:
        sent.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(note):
        yield sent


@pytest.mark.parametrize("listeners", [1, 3])
def test_every_event_costs_each_listener_the_same(
    office: Office, listeners: int, statements: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    template = template_for(2, [[by_role(office.role)]] * 6)
    with django_capture_on_commit_callbacks(execute=True):
        attach_workflow_to_object(office.document, template, office.owner)
    key = global_id("WorkflowAttachment", attachment_of(office.document).pk)
    sent = []

    async def scenario() -> None:
        async with socket(office.owner) as client:
            for number in range(listeners):
                await client.subscribe(CHANGED, key=str(number), id=key)
                await client.data()
            for _ in range(4):
                before = len(statements)
                await committed(lambda: approve(office.document, office.members[0]))
                for _listener in range(listeners):
                    await client.data()
                sent.append(len(statements) - before)

    run(scenario)
    assert len(set(sent[1:])) == 1


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        (CHANGED, 4),  # the session, its user, for whom that user stands in, and the attachment as the user sees it
        (COUNT, 5),  # the session, its user, for whom that user stands in, the roles that these hold, and the number
    ],
)
def test_news_without_a_change_costs_little_and_tells_nothing(
    office: Office, statements: list[str], document: str, cost: int, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = attached(office, django_capture_on_commit_callbacks)
    variables = {"id": global_id("WorkflowAttachment", attachment.pk)} if document == CHANGED else {}

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(document, **variables)
            await client.data()
            before = len(statements)
            news = [topics.attachment(attachment.pk) if variables else topics.inbox(office.owner.pk)]
            await committed(lambda: publisher.publisher.publish(news, about="nothing"))
            assert await client.is_silent()
            assert len(statements) - before == cost

    run(scenario)
