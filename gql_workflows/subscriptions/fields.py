"""The subscription root: what is so now, and again after each change."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection
from dataclasses import dataclass
from typing import Any

import strawberry
from asgiref.sync import sync_to_async
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from django_workflow_engine.errors import NotFound
from django_workflow_engine.models import WorkflowAttachment as Attachment
from django_workflow_engine.models import WorkflowEvent
from gql_workflows import conf
from gql_workflows.context import Context, Info
from gql_workflows.ids import row_key
from gql_workflows.queries.approvals import waiting
from gql_workflows.rules import Rule, subscription
from gql_workflows.subscriptions import topics
from gql_workflows.subscriptions.changes import listening
from gql_workflows.subscriptions.connections import patiently
from gql_workflows.subscriptions.viewers import RightLost, renew, session_topics, signed_out
from gql_workflows.types import arguments
from gql_workflows.types.attachments import WorkflowAttachment


@dataclass(frozen=True, kw_only=True)
class State:
    """What a subscription tells, and by what it is known to be new."""

    value: Any
    version: Any
    topics: Collection[str] = ()  # what else there may be news of


async def states(context: Context, read: Callable[[bool], State | None], *names: str) -> AsyncGenerator[Any, None]:
    """What `read` gives now, and again whenever it is another version after news of these topics.

    `read` is told whether it is the first time; None ends the stream. Without any news it is asked all the same
    now and then: rights are lost, and roles are left, without any news.
    """
    session = session_topics(context)
    known: State | None = None

    async def look() -> State | None:
        await renew(context)
        return await sync_to_async(read)(known is None)

    async with listening(*names, topics.person(context.user.pk), *session) as changes:
        while True:
            state = await patiently(look)
            if state is None:
                return
            if known is None or state.version != known.version:
                known = state
                yield state.value
            if await changes.follow(state.topics):
                continue
            seen = await changes.wait(conf.subscriptions().recheck_seconds)
            if not seen.isdisjoint(session):  # the session itself goes a moment after the news of its end
                raise signed_out()


@subscription(
    Rule.SIGNED_IN,
    description="The attachment after each change, beginning with its state now. Ends when the attachment goes, and "
    "with FORBIDDEN when you may not see it any more.",
)
def attachment_changed(info: Info, attachment_id: arguments.NodeId) -> AsyncGenerator[WorkflowAttachment, None]:
    """One attachment, as the caller sees it."""
    context = info.context
    key = row_key(attachment_id, "WorkflowAttachment", Attachment)

    def read(first: bool) -> State | None:
        return _attachment(context, key, first=first)

    return states(context, read, topics.attachment(key))


def _attachment(context: Context, key: Any, *, first: bool) -> State | None:
    """The attachment where the caller sees it, in one statement; its last event tells one version from the next."""
    last = WorkflowEvent.objects.filter(attachment=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    seen = context.policy.attachments(context.user).select_related("workflow").annotate(last_event=Subquery(last))
    found = seen.filter(pk=key).first()
    if found is not None:
        return State(value=found, version=found.last_event)
    if first:
        raise NotFound(_("There is no such attachment."), path=("attachmentId",))
    if Attachment.objects.filter(pk=key).exists():
        raise RightLost(_("You may not see this attachment any more."))
    return None


@subscription(
    Rule.SIGNED_IN,
    description="How many steps wait for you, and for those for whom you stand in, now and after each change of the "
    "number. Ends with FORBIDDEN when you are not signed in any more.",
)
def my_approvals_count(info: Info) -> AsyncGenerator[int, None]:
    """The size of the inbox."""
    context = info.context

    def read(first: bool) -> State:
        count, persons = waiting(info).count(), context.policy.stands_in_for(context.user)
        return State(value=count, version=count, topics=[topics.inbox(one.person_id) for one in persons])

    return states(context, read, topics.inbox(context.user.pk), topics.EVERY_INBOX)


@strawberry.type(
    description="Over websockets (graphql-transport-ws) and event streams (Accept: text/event-stream). What changes "
    "faster than you read is told as one change."
)
class Subscription:
    """Everything that can be listened to."""

    attachment_changed = attachment_changed
    my_approvals_count = my_approvals_count
