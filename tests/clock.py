"""Another time of day, for what the engine does by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be this moment in the block, whoever asks Django for the time."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
