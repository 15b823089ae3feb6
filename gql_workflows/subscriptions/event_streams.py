"""GraphQL over Server-Sent Events, in the mode of distinct connections.

A subscription is answered with a stream where the client's `Accept` has `text/event-stream`; so is any other operation
where it has no JSON beside it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, ClassVar

from asgiref.sync import sync_to_async
from cross_web import HTTPException
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from strawberry.http.streaming import HTTPStreamTransport, SSETransport
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from gql_workflows import conf
from gql_workflows.errors import LimitExceeded, never_ran
from gql_workflows.http.negotiation import Accepted
from gql_workflows.http.refusals import Refused
from gql_workflows.subscriptions.results import in_turns
from gql_workflows.subscriptions.slots import Limit, of_connection, of_operation, owner_of, slots
from gql_workflows.subscriptions.threads import end_thread_of_request, release


class EventStream(SSETransport):
    """An event stream with the project's interval between its comments, which keep the connection alive.

    Its lines end in LF: urql finds the end of an event by two of them.
    """

    def __init__(self) -> None:
        super().__init__(heartbeat_interval=conf.subscriptions().ping_seconds)

    def encode_next(self, response: Any, encode_json: Any) -> str:
        """One answer; where the document itself was refused it has no `data`, as in JSON."""
        told = {name: value for name, value in response.items() if name != "data" or not never_ran(response)}
        return super().encode_next(told, encode_json)  # type: ignore[arg-type]

    def encode_event(self, event: str, data: str | None = None) -> str:
        """One event; the library sees to it that its data is one line."""
        return super().encode_event(event, data).replace("\r\n", "\n")

    def encode_comment(self, comment: str) -> str:
        """One comment."""
        return super().encode_comment(comment).replace("\r\n", "\n")


class EventStreams:
    """What a view needs to answer with event streams; it stands in front of the library's view among its bases."""

    stream_transport_classes_by_protocol: ClassVar[Mapping[str, type[HTTPStreamTransport]]] = {
        GRAPHQL_SSE_PROTOCOL: EventStream
    }

    accepted: Accepted

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, subscription_protocols=(GRAPHQL_SSE_PROTOCOL,))  # type: ignore[call-arg]

    async def execute_operation(self, *args: Any, **options: Any) -> Any:
        """Run a query or a mutation, or begin a subscription's stream where its client takes one and has room for it.

        Raises Refused where there is no room.
        """
        execute = partial(super().execute_operation, *args, **options)  # type: ignore[misc]
        try:
            return await execute()
        except HTTPException as error:
            if not _is_a_subscription(error):
                raise
            self._check_that_it_can_be_told(error)
        options["request_data"].protocol = "sse"
        context = options["context"]
        result = await execute()
        owner = owner_of(context.viewer, context.request)
        limits = [*of_connection(context.viewer, context.request), of_operation(owner)]
        slots.take(*limits).free()  # here a refusal has a status; a client that leaves now has taken nothing
        return _placed(in_turns(result, owner=owner), limits)

    def _check_that_it_can_be_told(self, error: HTTPException) -> None:
        """Refuse a subscription whose client takes no stream, and where one would be sent as a whole, at its end."""
        if not self.accepted.streams:
            message = _("Send a subscription over a websocket, or with Accept: text/event-stream.")
            raise HTTPException(400, message) from error
        if not isinstance(self.request, ASGIRequest):  # type: ignore[attr-defined]
            raise HTTPException(406, _("Event streams need a server that speaks ASGI.")) from error

    def stream_of_one(self, response_data: Any, sub_response: HttpResponse) -> HttpResponse:
        """The answer to a query or a mutation as a stream that ends with it.

        It was run before its headers leave: `login` has set its cookie.
        """
        stream = EventStream()
        text = stream.encode_next(response_data, self.encode_json_string) + stream.encode_complete()  # type: ignore[attr-defined]
        response = HttpResponse(text, headers={**sub_response.headers, **stream.headers})
        response.cookies = sub_response.cookies
        return response


def _is_a_subscription(error: HTTPException) -> bool:
    """Whether a document was not run because its operation is a stream of answers."""
    cause = error.__cause__
    return isinstance(cause, InvalidOperationTypeError) and cause.operation_type is OperationType.SUBSCRIPTION


async def _placed(results: AsyncGenerator[Any, None], limits: Sequence[Limit]) -> AsyncGenerator[Any, None]:
    """The results, which take a slot as long as they are listened to, in whatever way they end."""
    try:
        slot = slots.take(*limits)
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
        slot.free()
