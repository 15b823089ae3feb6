"""Telling whoever listens that an attachment changed, once that is committed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.signals import attachment_changed
from django_workflow_engine.transactions import on_commit


def announce(attachment_id: Any, *, user_ids: Iterable[Any] = ()) -> None:
    """Send `attachment_changed` after the commit; nothing that a receiver does breaks the verb.

    `user_ids` are the users for whom more or fewer steps may wait now. No statement.
    """
    concerned = frozenset(user_ids) - {None}

    def send() -> None:  # no partial: Django's log of a failure wants the name of a function
        attachment_changed.send_robust(WorkflowAttachment, attachment_id=attachment_id, user_ids=concerned)

    on_commit(send)
