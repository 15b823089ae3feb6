"""Where the tests look for Redis."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/13"


def place() -> str:
    """The host and port, without the credentials."""
    parts = urlsplit(URL)
    return f"{parts.hostname}:{parts.port or 6379}"


def answers() -> bool:
    """Whether something listens there."""
    parts = urlsplit(URL)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), timeout=2).close()
    except OSError:
        return False
    return True
