"""The operations of one websocket: each with a context of its own, as if it came in a request of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.utils import translation
from graphql import GraphQLError
from strawberry.schema import BaseSchema
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gql_workflows.authentication import authenticate
from gql_workflows.context import Context
from gql_workflows.http.refusals import Refused
from gql_workflows.subscriptions.connections import patiently
from gql_workflows.subscriptions.results import in_turns
from gql_workflows.subscriptions.visits import Visit

ALLOWED: Final = (OperationType.QUERY, OperationType.SUBSCRIPTION)  # what writes goes over HTTP, with its guards


class Operations:
    """Runs the operations of the websocket that this request opened."""

    def __init__(self, schema: BaseSchema, request: HttpRequest, visit: Visit) -> None:
        self._schema, self._request, self._visit = schema, request, visit
        self._language = translation.get_language_from_request(request)

    async def stream(self, query: str, **options: Any) -> AsyncGenerator[Any, None]:
        """The results of one operation; what `options` says of the context is replaced."""
        return in_turns(self._results(query, options), owner=self._visit.owner)

    async def _results(self, query: str, options: dict[str, Any]) -> AsyncGenerator[Any, None]:
        try:
            viewer = await patiently(partial(sync_to_async(authenticate), self._request))
        except Refused as refused:
            error = GraphQLError(refused.message, extensions={"code": refused.code})
            yield PreExecutionError(data=None, errors=[error])
            return
        context = Context(request=self._request, response=None, viewer=viewer)  # type: ignore[arg-type]
        results = await self._schema.stream(
            query, **options | {"context_value": context, "allowed_operation_types": ALLOWED}
        )
        async with aclosing(results):
            while (result := await self._next(results)) is not None:
                yield result

    async def _next(self, results: AsyncGenerator[Any, None]) -> Any:
        """The next result, in the language of the client; None after the last."""
        with translation.override(self._language):
            return await anext(results, None)
