"""The server's middleware under ASGI: all of its hooks in one thread, however many they are."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.test import override_settings

from gql_workflows.server import settings as server
from tests.client import URL

HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json")]
SYNCHRONOUS = [name for name in server.MIDDLEWARE if name.startswith("django.")]


async def hops_of(middleware: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a request goes to another thread below this middleware."""
    hops: list[Any] = []
    call = SyncToAsync.__call__

    async def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        hops.append(self)
        return await call(self, *args, **kwargs)

    scope = {"type": "http", "method": "POST", "path": URL, "headers": HEADERS, "query_string": b""}
    with override_settings(MIDDLEWARE=middleware), monkeypatch.context() as patched:
        communicator = ApplicationCommunicator(get_asgi_application(), scope)
        patched.setattr(SyncToAsync, "__call__", counted)
        await communicator.send_input({"type": "http.request", "body": b'{"query": "{ __typename }"}'})
        start = await communicator.receive_output(timeout=10)
        body = await communicator.receive_output(timeout=10)
        await communicator.wait(timeout=10)
    assert (start["status"], body["body"]) == (200, b'{"data":{"__typename":"Query"}}')
    return len(hops)


@pytest.mark.django_db(transaction=True)
def test_all_hooks_of_the_server_s_middleware_run_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    last = server.MIDDLEWARE[-1]
    none, together, each = (
        async_to_sync(hops_of)(middleware, monkeypatch) for middleware in ([last], [*SYNCHRONOUS, last], SYNCHRONOUS)
    )
    assert together == none + 1  # the check of CSRF tokens, which follows the URL
    assert each >= together + len(SYNCHRONOUS)
