"""From the engine's announcements to news by topic; nothing that goes wrong here reaches the one who decided."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any, Final

from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from django_workflow_engine import people
from django_workflow_engine.models import Substitution
from django_workflow_engine.signals import Change, attachments_changed
from gql_workflows import conf
from gql_workflows.errors import unavailable
from gql_workflows.subscriptions import layers, topics

logger = logging.getLogger(__name__)

MOST_INBOXES: Final = 100  # beyond it one message to every inbox costs less than one to each
MOST_CHANGES: Final = 100  # sent at once, within the time that one of them may take
PAUSE_SECONDS: Final = 5


class Publisher:
    """Sends news to the layer, and leaves a layer that failed alone for a moment, so that nobody waits for it again."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def publish(self, names: Sequence[str], *, about: str) -> None:
        """Tell whoever listens to these topics; what goes wrong is logged with what it is about, and never raised."""
        layer = layers.layer()
        if layer is None or time.monotonic() < self._silent_until:
            return
        try:
            async_to_sync(_send)(layer, names)
        except Exception as error:  # a layer of any make, and a decision that is committed already
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            expected = isinstance(cause, TimeoutError) or unavailable.is_away(cause)
            logger.error("No news was sent of %s: %r", about, cause, exc_info=not expected)


async def _send(layer: Any, names: Sequence[str]) -> None:
    """Send all at once: a slow layer costs the wait for one, not for each."""
    async with asyncio.timeout(conf.subscriptions().publish_seconds), asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(layer.group_send(name, {"type": "workflow.news", "topic": name}))


publisher = Publisher()


@receiver(attachments_changed, dispatch_uid="gql_workflows.publish_changes")
def publish_changes(sender: Any, changes: Sequence[Change], **kwargs: Any) -> None:
    """Tell that attachments changed, and with them the inboxes of their users, each once."""
    for some in (changes[first : first + MOST_CHANGES] for first in range(0, len(changes), MOST_CHANGES)):
        user_ids = set().union(*(change.user_ids for change in some))
        inboxes = sorted(map(topics.inbox, user_ids)) if len(user_ids) <= MOST_INBOXES else [topics.EVERY_INBOX]
        attachments = [topics.attachment(change.attachment_id) for change in some]
        first, further = some[0].attachment_id, f" and {len(some) - 1} more" if len(some) > 1 else ""
        publisher.publish([*attachments, *inboxes], about=f"attachment {first}{further}")


@receiver([post_save, post_delete], sender=Substitution, dispatch_uid="gql_workflows.publish_substitution")
def publish_substitution(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    """Tell that more or fewer steps wait for a substitute, and for who stands in for the substitute in turn."""
    substitute_id = instance.substitute_id

    def send() -> None:  # no partial: Django's log of a failure wants the name of a function
        publisher.publish([topics.inbox(substitute_id)], about=f"a substitution by user {substitute_id}")

    transaction.on_commit(send, using=using, robust=True)


@receiver(user_logged_out, dispatch_uid="gql_workflows.publish_logout")
def publish_logout(sender: Any, request: Any, **kwargs: Any) -> None:
    """Tell that a session ends: it does right after this signal."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        publisher.publish([topics.session(session.session_key)], about="the end of a session")


def publish_deactivation(sender: Any, instance: Any, created: bool, raw: bool, using: str, **kwargs: Any) -> None:
    """Tell that a user is active no more, as soon as that is committed."""
    if created or raw or people.is_active(instance):
        return
    user_id = instance.pk

    def send() -> None:  # no partial: Django's log of a failure wants the name of a function
        publisher.publish([topics.person(user_id)], about=f"user {user_id}")

    transaction.on_commit(send, using=using, robust=True)


def follow_users() -> None:
    """Learn of saved users; what is saved by way of a proxy is told in the proxy's name."""
    for model in (model for model in apps.get_models() if issubclass(model, people.user_class())):
        uid = f"gql_workflows.publish_deactivation.{model._meta.label_lower}"
        post_save.connect(publish_deactivation, sender=model, dispatch_uid=uid)


follow_users()
