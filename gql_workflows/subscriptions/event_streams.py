"""GraphQL over Server-Sent Events, in the mode of distinct connections: a request with `Accept: text/event-stream`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from django.core.handlers.asgi import ASGIRequest
from django.utils.translation import gettext as _
from strawberry.http import GraphQLRequestData
from strawberry.http.streaming import HTTPStreamTransport, SSETransport
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gql_workflows import conf
from gql_workflows.errors import LimitExceeded
from gql_workflows.refusals import Refused
from gql_workflows.subscriptions.places import Limit, of_connection, of_operation, owner_of, places
from gql_workflows.subscriptions.results import in_turns
from gql_workflows.subscriptions.threads import end_thread_of_request, release

EVENT_STREAM = "text/event-stream"


class EventStream(SSETransport):
    """An event stream with the project's interval between its comments, which keep the connection alive."""

    def __init__(self) -> None:
        super().__init__(heartbeat_interval=conf.subscriptions().ping_seconds)


class EventStreams:
    """What a view needs to answer with event streams; it stands in front of the library's view among its bases."""

    stream_transport_classes_by_protocol: ClassVar[Mapping[str, type[HTTPStreamTransport]]] = {
        GRAPHQL_SSE_PROTOCOL: EventStream
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, subscription_protocols=(GRAPHQL_SSE_PROTOCOL,))  # type: ignore[call-arg]

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> Any:
        """Refuse a stream where the server could only send it as a whole, at its end."""
        parsed = await super().parse_http_body(request)  # type: ignore[misc]
        if _asks_for_a_stream(parsed) and not isinstance(self.request, ASGIRequest):  # type: ignore[attr-defined]
            raise HTTPException(406, _("Event streams need a server that speaks ASGI."))
        return parsed

    async def execute_operation(self, *args: Any, **options: Any) -> Any:
        """Begin a stream where its caller has room for one more; raises Refused elsewhere."""
        result = await super().execute_operation(*args, **options)  # type: ignore[misc]
        if not isinstance(result, AsyncGenerator):
            return result
        context = options["context"]
        owner = owner_of(context.viewer, context.request)
        limits = [*of_connection(context.viewer, context.request), of_operation(owner)]
        places.take(*limits).free()  # here a refusal has a status; a client that leaves now has taken nothing
        return _placed(in_turns(result, owner=owner), limits)

    async def execute_single(self, *args: Any, **options: Any) -> Any:
        """Say how to listen, to a client that sends a subscription as it would send a query."""
        try:
            return await super().execute_single(*args, **options)  # type: ignore[misc]
        except HTTPException as error:
            cause = error.__cause__
            if isinstance(cause, InvalidOperationTypeError) and cause.operation_type is OperationType.SUBSCRIPTION:
                message = _("Send a subscription over a websocket, or with Accept: text/event-stream.")
                raise HTTPException(400, message) from error
            raise


def _asks_for_a_stream(parsed: Any) -> bool:
    return isinstance(parsed, GraphQLRequestData) and parsed.protocol == "sse"


async def _placed(results: AsyncGenerator[Any, None], limits: Sequence[Limit]) -> AsyncGenerator[Any, None]:
    """The results, which take a place as long as they are listened to, in whatever way they end."""
    try:
        place = places.take(*limits)
    except Refused as refused:  # somebody took the last one between the request's answer and its stream
        yield PreExecutionError(data=None, errors=[LimitExceeded(refused.message)])
        return
    try:
        await sync_to_async(release)()  # of the thread that the request had until now
        end_thread_of_request()
        async with aclosing(results):
            async for result in results:
                yield result
    finally:
        place.free()
