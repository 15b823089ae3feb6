"""A project's ASGI application, with websockets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from strawberry.schema import BaseSchema

from gql_workflows.http.headers import are_short
from gql_workflows.schema import schema as own_schema
from gql_workflows.subscriptions.sockets import Message, Receive, Send
from gql_workflows.subscriptions.websockets import GraphQLSocket, request_of

Application = Callable[[Any, Any, Any], Awaitable[None]]


def with_subscriptions(
    django_application: Application, *, path: str = "/graphql/", schema: BaseSchema = own_schema
) -> Application:
    """Serve GraphQL over websockets at this path, with or without its last slash, and everything else as before.

    Call it after `get_asgi_application()`, which sets Django up; import it after that too.
    """
    socket, place = GraphQLSocket(schema), path.rstrip("/")

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await django_application(scope, receive, send)
        elif are_short(scope) and request_of(scope).path_info.rstrip("/") == place:
            await socket(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    return application
