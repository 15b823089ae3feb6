"""Whether the process lives (`/healthz`), and whether it can work (`/readyz`), for whoever watches over it.

`Probes` is a middleware for any project, the first of its MIDDLEWARE: what follows would refuse a probe that names the
server by its bare address (ALLOWED_HOSTS), or lead it to HTTPS. It tells nothing but the names of states.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from gql_workflows.server.services import states

ALIVE: Final = "/healthz"
READY: Final = "/readyz"
_METHODS: Final = ("GET", "HEAD")


class Probes:
    """Answers the two addresses, with or without their last slash, and leaves every other to the next one."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._asynchronous = iscoroutinefunction(get_response)
        if self._asynchronous:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """The answer to a probe, else the next one's."""
        if self._asynchronous:
            return self._asynchronously(request)
        if _is_asked(request, ALIVE):
            return _told({})
        if _is_asked(request, READY):
            return _told(states())
        response: HttpResponseBase = self.get_response(request)
        return response

    async def _asynchronously(self, request: HttpRequest) -> HttpResponseBase:
        if _is_asked(request, ALIVE):
            return _told({})
        if _is_asked(request, READY):
            return _told(await sync_to_async(states, thread_sensitive=False)())
        response: HttpResponseBase = await self.get_response(request)
        return response


def _is_asked(request: HttpRequest, path: str) -> bool:
    return request.method in _METHODS and request.path_info.rstrip("/") == path


def _told(found: dict[str, str]) -> JsonResponse:
    """200 where everything is `ok`, else 503, with the state of each service by its name."""
    ready = all(state == "ok" for state in found.values())
    told = {"status": "ok" if ready else "unavailable", **({"checks": found} if found else {})}
    return JsonResponse(told, status=200 if ready else 503, headers={"Cache-Control": "no-store"})
