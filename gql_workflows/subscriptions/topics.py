"""What news is about: the names under which it is passed on."""

from __future__ import annotations

import hashlib
from typing import Any, Final

EVERY_INBOX: Final = "workflow.inbox"


def attachment(attachment_id: Any) -> str:
    """The topic of one attachment."""
    return _topic("attachment", attachment_id)


def inbox(user_id: Any) -> str:
    """The topic of the steps that wait for one user."""
    return _topic("inbox", user_id)


def person(user_id: Any) -> str:
    """The topic of one user: there is news when the user is not active any more."""
    return _topic("person", user_id)


def session(session_key: str) -> str:
    """The topic of one session: there is news of it when it ends."""
    return _topic("session", session_key)


def _topic(kind: str, key: Any) -> str:
    """A digest, because a layer takes few characters in names, and because a session's key is a secret."""
    return f"workflow.{kind}.{hashlib.sha256(str(key).encode()).hexdigest()[:32]}"
