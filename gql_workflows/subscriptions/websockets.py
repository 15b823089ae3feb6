"""GraphQL over websockets, in the protocol graphql-transport-ws, as an ASGI application."""

from __future__ import annotations

import asyncio
import io
import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.utils import translation
from graphql import GraphQLError
from strawberry.exceptions import ConnectionRejectionError
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.unset import UNSET, UnsetType

from gql_workflows import conf
from gql_workflows.authentication import InvalidCredentials, authenticate
from gql_workflows.documents.requests import parameters_of
from gql_workflows.http.origins import is_foreign
from gql_workflows.http.refusals import Refused
from gql_workflows.subscriptions import threads
from gql_workflows.subscriptions.connections import patiently
from gql_workflows.subscriptions.operations import Operations
from gql_workflows.subscriptions.slots import Slot
from gql_workflows.subscriptions.sockets import Message, Receive, Send, Socket, fitting
from gql_workflows.subscriptions.visits import Visit

logger = logging.getLogger(__name__)

NOT_ACCEPTABLE: Final = 4406
TRY_AGAIN_LATER: Final = 1013
END_SECONDS: Final = 1  # how long an operation that was cancelled may take


class Conversation(BaseGraphQLTransportWSHandler[Any, None]):
    """The protocol over one websocket, with pings that the client has to answer."""

    websocket: Socket
    heard = True

    def __init__(self, visit: Visit, **options: Any) -> None:
        super().__init__(**options)
        self.visit = visit
        self._slots: dict[str, Slot] = {}

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

    async def handle_connection_init(self, message: Any) -> None:
        """Greet a client; a payload of null is none, which the library takes for a wrong one."""
        if message.get("payload", {}) is None:
            message = {**message, "payload": {}}
        await super().handle_connection_init(message)

    async def handle_subscribe(self, message: Any) -> None:
        """Begin an operation, where the document may be run and there is room for it."""
        if not self.connection_acknowledged or message["id"] in self.operations:
            await super().handle_subscribe(message)
            return
        try:
            asked = parameters_of(message["payload"])
            slot = self.visit.slot_for_operation()
        except Refused as refused:
            await self._refuse(message["id"], refused)
            return
        payload = {"query": asked.query, "variables": asked.variables, "operationName": asked.operation_name}
        message["payload"] = payload
        await super().handle_subscribe(message)
        self._slots[message["id"]] = slot
        # a task that is cancelled before its first line runs has no `finally`
        self.operations[message["id"]].task.add_done_callback(lambda _task: slot.free())  # type: ignore[union-attr]

    async def handle_complete(self, message: Any) -> None:
        """End an operation, and read on when it has ended, so that none pile up which are begun and ended in turn."""
        operation = self.operations.get(message["id"])
        await super().handle_complete(message)
        if operation is not None and operation.task is not None:
            await asyncio.wait({operation.task}, timeout=END_SECONDS)

    def forget_id(self, id: str) -> None:
        """Take an operation that says its last message off the list: its client may begin another one at once."""
        super().forget_id(id)
        self._slots.pop(id).free()

    async def cleanup_operation(self, operation_id: str) -> None:
        """Cancel an operation, whose slot is free when it has ended."""
        self._slots.pop(operation_id, None)
        await super().cleanup_operation(operation_id)

    async def _refuse(self, key: str, refused: Refused) -> None:
        error = GraphQLError(refused.message, extensions={"code": refused.code})
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
        with translation.override(translation.get_language_from_request(request)):
            await self._serve(request, scope, receive, send)

    async def _serve(self, request: ASGIRequest, scope: Message, receive: Receive, send: Send) -> None:
        if not _may_connect(request):
            await send({"type": "websocket.close"})
            return
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": NOT_ACCEPTABLE, "reason": "Subprotocol not acceptable"})
            return
        await send({"type": "websocket.accept", "subprotocol": GRAPHQL_TRANSPORT_WS_PROTOCOL})
        try:
            visit = Visit(request)
        except Refused as refused:
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": fitting(reason_of(refused))})
            return
        with visit, threads.stream_thread(visit.owner), suppress(TimeoutError):  # the socket was dropped
            async with asyncio.timeout(None) as lifetime:
                await self._conversation(request, visit, Socket(self, receive, send, lifetime)).handle()

    def _conversation(self, request: ASGIRequest, visit: Visit, socket: Socket) -> Conversation:
        operations: Any = Operations(self.schema, request, visit)
        return Conversation(
            visit=visit,
            view=self,  # of a view the library asks `on_ws_connect` alone
            websocket=socket,
            context=Handshake(request, visit, socket),
            root_value=None,
            schema=operations,
            connection_init_wait_timeout=timedelta(seconds=conf.subscriptions().init_seconds),
        )

    async def on_ws_connect(self, context: Handshake) -> UnsetType:
        """Take a token from the payload of connection_init, as a browser can set no header, and see who it is."""
        context.take_token()
        try:
            await context.sign_in()
        except Refused as refused:
            await context.socket.close(TRY_AGAIN_LATER, reason_of(refused))
            raise ConnectionRejectionError from refused
        except DatabaseError as error:
            logger.exception("It could not be seen who opened a websocket")
            await context.socket.close(TRY_AGAIN_LATER, "")
            raise ConnectionRejectionError from error
        no_payload: UnsetType = UNSET
        return no_payload


class Handshake:
    """The request that opened a websocket, and the payload of its connection_init."""

    def __init__(self, request: ASGIRequest, visit: Visit, socket: Socket) -> None:
        self._request, self._visit, self.socket = request, visit, socket
        self.connection_params: dict[str, Any] = {}

    def take_token(self) -> None:
        """Have `authorization` in the payload count as the header of that name; nothing else of it is kept."""
        for name, value in self.connection_params.items():
            if name.lower() == "authorization" and isinstance(value, str):
                self._request.META["HTTP_AUTHORIZATION"] = value
        self.connection_params = {}

    async def sign_in(self) -> None:
        """Count the connection as its user's; raises Refused where that user has as many as there may be."""
        try:
            viewer = await patiently(partial(sync_to_async(authenticate), self._request))
        except InvalidCredentials:  # each operation is answered so; the connection stays nobody's
            return
        finally:
            threads.rest()
        if viewer is not None:
            self._visit.sign_in(viewer)


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


def reason_of(refused: Refused) -> str:
    """Why a websocket is closed, in whatever language."""
    return f"{refused.code}: {refused.message}"
