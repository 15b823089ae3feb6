"""Subscriptions: what is so now, and again after each change, to whoever may see it then."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import transaction

from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
)
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from gql_workflows.subscriptions import topics
from gql_workflows.subscriptions.publisher import publisher
from tests.api.conftest import Office
from tests.api.listening import CHANGED, COUNT, committed, run, socket, stream
from tests.client import URL, Api
from tests.factories import UserFactory
from tests.runs import approve, seat

pytestmark = pytest.mark.django_db
COMPLETE = {"type": "complete", "id": "1"}


@pytest.fixture
def attachment(office: Office) -> WorkflowAttachment:
    return attach_workflow_to_object(office.document, office.template(1), office.owner)


def id_of(attachment: WorkflowAttachment) -> str:
    return global_id("WorkflowAttachment", attachment.pk)


def delete(attachment: WorkflowAttachment) -> None:
    WorkflowAttachment.objects.filter(pk=attachment.pk).delete()


def administrator() -> User:
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_workflowattachment"))
    return user


def test_a_socket_tells_the_state_now_and_after_each_decision(office: Office, attachment: WorkflowAttachment) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            first = await client.data()
            await committed(lambda: approve(office.document, office.members[0]))
            second = await client.data()
            await committed(lambda: cancel_workflow(attachment_id=attachment.pk, actor=office.owner, reason="Late"))
            third = await client.data()
            assert await client.is_silent()
        assert [state["currentStage"]["nameEn"] for state in (first, second, third)] == [
            "Stage 1",
            "Stage 2",
            "Stage 2",
        ]
        assert [state["status"] for state in (first, second, third)] == ["IN_PROGRESS", "IN_PROGRESS", "CANCELLED"]
        assert [state["progress"]["percentage"] for state in (first, second)] == [0, 33]
        assert first["currentSteps"] != second["currentSteps"]
        assert third["currentSteps"] == []

    run(scenario)


@pytest.mark.parametrize("method", ["post", "get"])
def test_an_event_stream_tells_the_same(office: Office, attachment: WorkflowAttachment, method: str) -> None:
    async def scenario() -> None:
        async with stream(office.owner, CHANGED, method=method, id=id_of(attachment)) as events:
            assert (await events.data())["currentStage"] == {"nameEn": "Stage 1"}
            await committed(lambda: approve(office.document, office.members[0]))
            assert (await events.data())["currentStage"] == {"nameEn": "Stage 2"}
            await committed(lambda: delete(attachment))
            assert await events.event() == ("complete", None)

    run(scenario)


def test_the_inbox_is_counted_now_and_whenever_the_number_changes(office: Office) -> None:
    first, second = office.members

    async def scenario() -> None:
        async with socket(first) as client, stream(second, COUNT) as events:
            await client.subscribe(COUNT)
            assert (await client.data(), await events.data()) == (0, 0)
            template = await committed(lambda: office.template(3))
            await committed(lambda: attach_workflow_to_object(office.document, template, office.owner))
            assert (await client.data(), await events.data()) == (1, 1)
            await committed(lambda: approve(office.document, first))
            assert (await client.data(), await events.data()) == (0, 0)
            assert await client.is_silent()

    run(scenario)


def test_the_inbox_follows_delegation_and_rejection(office: Office, attachment: WorkflowAttachment) -> None:
    first, stranger = office.members[0], office.stranger

    async def scenario() -> None:
        async with socket(first) as giver, socket(stranger) as taker:
            await giver.subscribe(COUNT)
            await taker.subscribe(COUNT)
            assert (await giver.data(), await taker.data()) == (1, 0)
            step = await committed(lambda: seat(office.document, first))
            await committed(lambda: delegate_step(step_id=step.pk, actor=first, user_id=stranger.pk))
            assert (await giver.data(), await taker.data()) == (0, 1)
            passed = await committed(lambda: seat(office.document, stranger))
            await committed(lambda: reject_step(step_id=passed.pk, actor=stranger, reason="No"))
            assert await taker.data() == 0

    run(scenario)


def test_a_decision_that_is_rolled_back_is_not_told(office: Office, attachment: WorkflowAttachment) -> None:
    def undone() -> None:
        with transaction.atomic():
            approve(office.document, office.members[0])
            transaction.set_rollback(True)

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            await client.data()
            await committed(undone)
            assert await client.is_silent()

    run(scenario)


def test_the_stream_is_complete_when_the_attachment_goes(office: Office, attachment: WorkflowAttachment) -> None:
    def clean() -> None:
        cancel_workflow(attachment_id=attachment.pk, actor=office.owner, reason="Late")
        done = cleanup_completed_workflow_attachments(older_than_days=0, status="cancelled")
        assert done["attachments_deleted"] == 1

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            await client.data()
            await committed(clean)
            assert await client.receive() == COMPLETE

    run(scenario)


def test_who_may_not_see_it_is_told_what_a_stranger_is_told(office: Office, attachment: WorkflowAttachment) -> None:
    async def scenario() -> None:
        async with socket(office.stranger) as stranger, socket() as nobody:
            for key in (id_of(attachment), global_id("WorkflowAttachment", 999_999), global_id("Stage", 1), "x"):
                await stranger.subscribe(CHANGED, id=key)
                assert await stranger.code() == "NOT_FOUND"
                assert await stranger.receive() == COMPLETE
            for document, variables in ((CHANGED, {"id": id_of(attachment)}), (COUNT, {})):
                await nobody.subscribe(document, **variables)
                assert await nobody.code() == "UNAUTHENTICATED"

    run(scenario)


def test_a_right_that_is_lost_ends_the_stream_before_it_tells_anything_more(
    office: Office, attachment: WorkflowAttachment
) -> None:
    viewer = administrator()

    async def scenario() -> None:
        async with socket(viewer) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            assert (await client.data())["id"] == id_of(attachment)
            await committed(lambda: User.objects.filter(pk=viewer.pk).update(is_staff=False))
            await committed(lambda: approve(office.document, office.members[0]))
            message = await client.receive()
            assert message["payload"]["data"] is None
            assert message["payload"]["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
            assert await client.receive() == COMPLETE

    run(scenario)


@pytest.mark.parametrize("end", ["logout", "deactivation"])
def test_who_is_signed_in_no_more_is_told_so_at_once(office: Office, attachment: WorkflowAttachment, end: str) -> None:
    def leave(headers: list[tuple[bytes, bytes]]) -> None:
        if end == "deactivation":
            office.owner.is_active = False
            office.owner.save()
            return
        api = Api()
        api.http.cookies["sessionid"] = dict(headers)[b"cookie"].decode().removeprefix("sessionid=")
        assert api.run("mutation { logout }") == {"logout": True}

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            await client.data()
            await committed(lambda: leave(client.headers))
            assert await client.code() == "FORBIDDEN"
            assert await client.receive() == COMPLETE

    run(scenario)


def test_the_news_that_a_session_ends_is_enough(office: Office) -> None:
    """The session's row goes a moment after the news."""

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(COUNT)
            await client.data()
            key = dict(client.headers)[b"cookie"].decode().removeprefix("sessionid=")
            await committed(lambda: publisher.publish([topics.session(key)], about="a session"))
            assert await client.code() == "FORBIDDEN"

    run(scenario)


@pytest.mark.parametrize(
    ("accept", "status", "message"),
    [
        ("application/json", 400, "Send a subscription over a websocket, or with Accept: text/event-stream."),
        ("text/event-stream", 406, "Event streams need a server that speaks ASGI."),
    ],
)
def test_who_cannot_be_told_as_it_happens_is_told_how(office: Office, accept: str, status: int, message: str) -> None:
    api = Api(office.owner, Accept=accept)  # this client goes through WSGI
    for response in (api.raw(COUNT), api.http.get(URL, {"query": COUNT})):
        (error,) = response.json()["errors"]
        assert (response.status_code, error["message"]) == (status, message)
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}


def test_what_is_lost_without_any_news_is_noticed_at_the_next_look(
    office: Office, attachment: WorkflowAttachment, settings: Any
) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"RECHECK_SECONDS": 0.1}}
    member = office.members[0]

    async def scenario() -> None:
        async with socket(member) as client:
            await client.subscribe(COUNT)
            assert await client.data() == 1
            await committed(lambda: office.role.user_set.remove(member))
            assert await client.data() == 0
            await committed(lambda: User.objects.filter(pk=member.pk).update(is_active=False))
            assert await client.code() == "FORBIDDEN"

    run(scenario)


def test_the_unexpected_in_an_event_is_masked_and_logged_with_an_id(
    office: Office,
    attachment: WorkflowAttachment,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*args: Any) -> Any:
        raise RuntimeError("the password is swordfish")

    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe(CHANGED, id=id_of(attachment))
            await client.data()
            monkeypatch.setattr(AccessPolicy, "attachments", broken)
            await committed(lambda: approve(office.document, office.members[0]))
            (error,) = (await client.receive())["payload"]["errors"]
            assert error["extensions"]["code"] == "INTERNAL"
            assert "swordfish" not in str(error)
            assert error["extensions"]["id"] in caplog.text

    run(scenario)


def test_a_query_over_a_socket_reads_anew_and_a_mutation_is_refused(
    office: Office, attachment: WorkflowAttachment
) -> None:
    document = "query One($id: ID!) { attachment(id: $id) { status } }"

    async def scenario() -> None:
        async with socket(office.owner) as client:
            for status in ("IN_PROGRESS", "CANCELLED"):
                await client.subscribe(document, id=id_of(attachment))
                assert await client.data() == {"status": status}
                assert await client.receive() == COMPLETE
                if status == "IN_PROGRESS":
                    cancel = {"attachment_id": attachment.pk, "actor": office.owner, "reason": "Late"}
                    await committed(lambda cancel=cancel: cancel_workflow(**cancel))
            await client.subscribe("mutation { logout }")
            assert await client.code() == "BAD_USER_INPUT"
            await client.subscribe("{ viewer { user { username } } }")
            assert await client.data() == {"user": {"username": "olga"}}

    run(scenario)
