"""GraphQL over Server-Sent Events, in the mode of distinct connections: a request with `Accept: text/event-stream`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_web import AsyncHTTPRequestAdapter, HTTPException
from django.core.handlers.asgi import ASGIRequest
from django.utils.translation import gettext as _
from strawberry.http import GraphQLRequestData
from strawberry.http.streaming import HTTPStreamTransport, SSETransport
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types.graphql import OperationType

from gql_workflows import conf

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
