"""One measured figure, and how its statements are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How many statements one thing took, the most that it may take, and what the reference took."""

    name: str
    measured: int
    limit: int
    reference: int | None = None

    @property
    def exceeds(self) -> bool:
        """Whether it took more than it may."""
        return self.measured > self.limit


def statements(call: Callable[[], Any]) -> int:
    """How many SQL statements the call executes, the savepoints of its transactions included."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def rolled_back(measurement: Callable[[], list[Figure]]) -> Callable[[], list[Figure]]:
    """Measure inside a transaction that leaves no rows behind.

    What has a transaction of its own has a pair of savepoints there, and the pair is counted: it stands for
    the BEGIN and COMMIT of a request.
    """

    @wraps(measurement)
    def measured() -> list[Figure]:
        with transaction.atomic():
            figures = measurement()
            transaction.set_rollback(True)
        return figures

    return measured
