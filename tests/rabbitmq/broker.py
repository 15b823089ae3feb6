"""Where the tests look for RabbitMQ."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

URL = os.environ.get("CELERY_BROKER_URL") or "amqp://guest:guest@127.0.0.1:5672//"


def place() -> str:
    """The host and port, without the credentials."""
    parts = urlsplit(URL)
    return f"{parts.hostname}:{parts.port or 5672}"


def answers() -> bool:
    """Whether something listens there."""
    parts = urlsplit(URL)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 5672), timeout=2).close()
    except OSError:
        return False
    return True
