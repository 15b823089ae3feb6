"""Database connections and streams: an open stream holds none while it waits or while its client reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import StreamExecutionResult

from gql_workflows.errors import present


def release() -> None:
    """Give back the connections of this thread; one inside a transaction is somebody else's."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


@asynccontextmanager
async def thread_of_its_own() -> AsyncIterator[None]:
    """Run what the block calls synchronously in one thread, which leaves no connection behind when it ends."""
    async with ThreadSensitiveContext():
        try:
            yield
        finally:
            await sync_to_async(release)()


class StreamedResults(SchemaExtension):
    """Makes every event of a stream ready to leave: its errors have codes, and its connections are given back."""

    async def on_stream_result(self, result: StreamExecutionResult) -> AsyncIterator[None]:
        """Before the event is sent, which may take as long as its client likes."""
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [present(_as_input(error)) for error in errors]  # type: ignore[union-attr]
        await sync_to_async(release)()
        yield


def _as_input(error: GraphQLError) -> GraphQLError:
    """A document without the operation that was meant, or with one of the wrong kind, is the client's fault."""
    wrong = isinstance(error.original_error, CannotGetOperationTypeError | InvalidOperationTypeError)
    return GraphQLError(error.message) if wrong else error
