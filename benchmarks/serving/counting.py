"""How many statements a request took, and how long they took, told in the headers of its answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from asgiref.sync import markcoroutinefunction
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

STATEMENTS: Final = "X-Statements"
SQL_MILLISECONDS: Final = "X-SQL-Milliseconds"


@dataclass
class Count:
    """What a request has asked of the database so far, from whichever thread."""

    statements: int = 0
    seconds: float = 0.0


_count: ContextVar[Count | None] = ContextVar("count", default=None)


class Counted:
    """A middleware for an asynchronous server, the first of MIDDLEWARE."""

    async_capable = True
    sync_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with what it took in its headers."""
        count = Count()
        _count.set(count)
        response = await self.get_response(request)
        response.headers[STATEMENTS] = str(count.statements)
        response.headers[SQL_MILLISECONDS] = f"{count.seconds * 1000:.1f}"
        return response


@receiver(connection_created, dispatch_uid="benchmarks.serving.counting")
def count_statements(connection: Any, **kwargs: Any) -> None:
    """Have every statement of this connection counted."""
    if _counted not in connection.execute_wrappers:
        connection.execute_wrappers.append(_counted)


def _counted(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
    count = _count.get()
    if count is None:
        return execute(sql, parameters, many, context)
    began = time.perf_counter()
    try:
        return execute(sql, parameters, many, context)
    finally:
        count.statements += 1
        count.seconds += time.perf_counter() - began
