"""The results of a stream, made ready to leave: that may take as long as its client likes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import StreamExecutionResult

from gql_workflows.errors import present
from gql_workflows.subscriptions import threads


async def in_turns(results: AsyncGenerator[Any, None], *, owner: str) -> AsyncGenerator[Any, None]:
    """The results, each made in a turn of this owner; the task that asks for them is this stream's alone."""
    with threads.stream_thread(owner):
        async with aclosing(results):
            async for result in results:
                threads.rest()
                yield result


class StreamedResults(SchemaExtension):
    """Gives the errors in every event of a stream their codes."""

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        """Present the errors of one event."""
        errors: Any = getattr(result, "errors", None)
        if errors:
            result.errors = [present(_as_input(error)) for error in errors]  # type: ignore[union-attr]
        yield


def _as_input(error: GraphQLError) -> GraphQLError:
    """A document without the operation that was meant, or with one of the wrong kind, is the client's fault."""
    wrong = isinstance(error.original_error, CannotGetOperationTypeError | InvalidOperationTypeError)
    return GraphQLError(error.message) if wrong else error
