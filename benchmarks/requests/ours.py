"""Our view, called as an ASGI server calls it: on an event loop, with the ORM in a thread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import SyncToAsync, sync_to_async
from django.contrib.auth.models import User
from django.db import connections
from django.http import HttpRequest
from django.test import AsyncRequestFactory, override_settings

from benchmarks.ratios import FRAME, timed
from benchmarks.requests.questions import Question
from gql_workflows.endpoint.views import GraphQLView
from gql_workflows.schema import schema


def viewer_of(request: HttpRequest) -> Any:
    """The user that the benchmark gave the request: neither side looks for a session."""
    return getattr(request, "benchmark_viewer", None)


class Ours:
    """Times our view."""

    def __init__(self, viewer: User) -> None:
        self._viewer, self._factory = viewer, AsyncRequestFactory()
        self._view = GraphQLView.as_view(schema=schema, graphql_ide=None)
        self._runner = asyncio.Runner()

    def ask(self, question: Question) -> tuple[float, Any]:
        """Milliseconds and answer."""
        body = json.dumps({"query": question.document, "variables": question.variables})
        request: Any = self._factory.post("/graphql/", body, content_type="application/json")
        request.benchmark_viewer = self._viewer
        milliseconds, response = timed(lambda: self._runner.run(self._view(request)))
        return milliseconds, json.loads(response.content)

    def close(self) -> None:
        """End the loop, and the connection of the ORM's thread."""
        self._runner.run(sync_to_async(connections.close_all)())
        self._runner.close()


@contextmanager
def ours(viewer: User) -> Iterator[Ours]:
    """Our view, which believes the benchmark who asks."""
    # the thread of the ORM begins each call on a chunk of the stack of its own, as `ratios` explains
    handler: Any = SyncToAsync.thread_handler
    usual = handler.__code__
    handler.__code__ = usual.replace(co_stacksize=FRAME)
    timing = Ours(viewer)
    try:
        with override_settings(GQL_WORKFLOWS={"AUTHENTICATION": [f"{__name__}.{viewer_of.__name__}"]}):
            yield timing
    finally:
        timing.close()
        handler.__code__ = usual
