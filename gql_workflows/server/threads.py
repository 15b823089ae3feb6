"""The hooks of the middleware in one thread for a request: a hop to a thread and back costs as much as a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar


class InOneThread:
    """Last in MIDDLEWARE, it lets Django run all that stands before it in one thread, and the view after it as it is.

    Under ASGI Django gives every hook of a synchronous middleware a hop of its own, unless the one behind it is
    synchronous alone.
    """

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = False

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> Any:
        """What the view answers."""
        return self._get_response(request)
