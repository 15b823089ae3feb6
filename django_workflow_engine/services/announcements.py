"""Telling whoever listens that attachments changed, once that is committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.signals import Change, attachment_changed, attachments_changed
from django_workflow_engine.transactions import on_commit


def announce(attachment_id: Any, *, user_ids: Iterable[Any] = ()) -> None:
    """Send the signals for one attachment; `user_ids` are the users for whom more or fewer steps may wait now."""
    announce_all([Change(attachment_id=attachment_id, user_ids=frozenset(user_ids) - {None})])


def announce_all(changes: Sequence[Change]) -> None:
    """Send the signals after the commit; nothing that a receiver does breaks the verb. No statement."""

    def send() -> None:  # no partial: Django's log of a failure wants the name of a function
        for change in changes:
            told = {"attachment_id": change.attachment_id, "user_ids": change.user_ids}
            attachment_changed.send_robust(WorkflowAttachment, **told)
        attachments_changed.send_robust(WorkflowAttachment, changes=changes)

    on_commit(send)
