"""GraphQL over websockets, in the protocol graphql-transport-ws, as an ASGI application."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.utils.translation import gettext as _
from graphql import GraphQLError
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.unset import UNSET, UnsetType

from gql_workflows import conf
from gql_workflows.origin import is_foreign
from gql_workflows.refusals import Refused, code_of
from gql_workflows.requests import document_of
from gql_workflows.subscriptions.operations import Operations
from gql_workflows.subscriptions.sockets import Message, Receive, Send, Socket

NOT_ACCEPTABLE: Final = 4406


class Conversation(BaseGraphQLTransportWSHandler[Any, None]):
    """The protocol over one websocket, with pings that the client has to answer."""

    websocket: Socket
    heard = True

    async def handle(self) -> None:
        """Talk until the client goes."""
        pinging = asyncio.create_task(self._ping())
        try:
            await super().handle()
        finally:
            pinging.cancel()

    async def handle_message(self, message: Any) -> None:
        """Deal with one message; what has not the form of one ends the connection."""
        self.heard = True
        try:
            await super().handle_message(message)
        except TypeError:  # an object or a list where the protocol has a text
            await self.handle_invalid_message("Failed to parse message")

    async def handle_subscribe(self, message: Any) -> None:
        """Begin an operation, where the document may be run and the connection has room for it."""
        if self.connection_acknowledged and message["id"] not in self.operations:
            try:
                document = document_of(message["payload"])
                message["payload"] = {**message["payload"], "query": document}
                self._make_sure_of_room()
            except Refused as refused:
                await self._refuse(message["id"], refused)
                return
        await super().handle_subscribe(message)

    def _make_sure_of_room(self) -> None:
        if len(self.operations) >= conf.subscriptions().max_per_connection:
            raise Refused(413, _("This connection has as many operations as it may have."))

    async def _refuse(self, key: str, refused: Refused) -> None:
        error = GraphQLError(refused.message, extensions={"code": code_of(refused.http_status)})
        await self.send_message({"id": key, "type": "error", "payload": [error.formatted]})

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(conf.subscriptions().ping_seconds)
            if not self.heard:
                self.websocket.drop()
            self.heard = not self.connection_acknowledged
            if self.connection_acknowledged:
                await self.send_message({"type": "ping"})


class GraphQLSocket:
    """The endpoint: refuses foreign pages and other protocols, and then talks."""

    def __init__(self, schema: BaseSchema) -> None:
        self.schema = schema

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one websocket until it ends."""
        await receive()  # websocket.connect
        request = request_of(scope)
        if not _may_connect(request):
            await send({"type": "websocket.close"})
            return
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": NOT_ACCEPTABLE, "reason": "Subprotocol not acceptable"})
            return
        await send({"type": "websocket.accept", "subprotocol": GRAPHQL_TRANSPORT_WS_PROTOCOL})
        with suppress(TimeoutError):  # the socket was dropped
            async with asyncio.timeout(None) as lifetime:
                await self._conversation(request, Socket(self, receive, send, lifetime)).handle()

    def _conversation(self, request: ASGIRequest, socket: Socket) -> Conversation:
        operations: Any = Operations(self.schema, request)
        return Conversation(
            view=self,  # type: ignore[arg-type]  # of a view the library asks `on_ws_connect` alone
            websocket=socket,
            context=Handshake(request),
            root_value=None,
            schema=operations,
            connection_init_wait_timeout=timedelta(seconds=conf.subscriptions().init_seconds),
        )

    async def on_ws_connect(self, context: Handshake) -> UnsetType:
        """Take a token from the payload of connection_init: a browser can set no header."""
        context.take_token()
        return UNSET


class Handshake:
    """The request that opened a websocket, and the payload of its connection_init."""

    def __init__(self, request: ASGIRequest) -> None:
        self._request = request
        self.connection_params: dict[str, Any] = {}

    def take_token(self) -> None:
        """Have `authorization` in the payload count as the header of that name."""
        for name, value in self.connection_params.items():
            if name.lower() == "authorization" and isinstance(value, str):
                self._request.META["HTTP_AUTHORIZATION"] = value


def request_of(scope: Message) -> ASGIRequest:
    """The handshake as the HTTP request that it is."""
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    return ASGIRequest({**scope, "type": "http", "method": "GET", "scheme": scheme}, io.BytesIO())


def _may_connect(request: ASGIRequest) -> bool:
    try:
        request.get_host()
        return not is_foreign(request)
    except DisallowedHost:
        return False
