"""A MySQL or MariaDB that is cut off in the middle of a statement: its driver has no word for how long to wait for it.

A limit for answers would end long statements, too. These are limits for signs of life, as PostgreSQL's driver has them.
"""

from __future__ import annotations

import os
import socket
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

# as in the settings for PostgreSQL; the names are those of the systems that know them
_TCP: Final = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 5000}


def expect_signs_of_life(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """The receiver of `connection_created`: the system asks whether the other side is there, and gives up in time."""
    if connection.vendor != "mysql":
        return
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as used:
        if used.family == socket.AF_UNIX:
            return
        used.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _TCP.items():
            if hasattr(socket, name):
                used.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
