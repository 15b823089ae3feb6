"""The HTTP endpoint."""

from __future__ import annotations

from typing import Any, Final

from asgiref.sync import sync_to_async
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from strawberry.django.views import AsyncGraphQLView
from strawberry.http import GraphQLRequestData
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from gql_workflows.authentication import authenticate
from gql_workflows.context import Context
from gql_workflows.documents.requests import Parameters, check_request
from gql_workflows.errors import never_ran, unavailable
from gql_workflows.http.encoding import encoded
from gql_workflows.http.negotiation import EVENT_STREAM, GRAPHQL_JSON, JSON, Accepted, accepted
from gql_workflows.http.refusals import ALLOWED, Refused
from gql_workflows.subscriptions.event_streams import EventStreams

_ANSWERS: Final = (JSON, GRAPHQL_JSON, EVENT_STREAM)


class CheckedRequests(AsyncGraphQLView[Context, None]):
    """Runs what was read of a request and checked; nothing of it is read a second time, in another way."""

    parameters: Parameters

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The request's parameters."""
        return GraphQLRequestData(
            query=self.parameters.query,
            operation_name=self.parameters.operation_name,
            variables=self.parameters.variables,
            extensions=self.parameters.extensions,
        )

    def encode_json(self, data: object) -> bytes:
        """The answer as JSON."""
        return encoded(data)

    def should_render_graphql_ide(self, request: Any) -> bool:
        """Never: what gets here names a document, be it by its id alone."""
        return False


class GraphQLView(EventStreams, CheckedRequests):
    """JSON over POST, queries alone over GET, and nothing from a foreign page.

    A JSON body cannot be sent across origins by a plain form, and a foreign Origin is refused, so requests need
    no CSRF token; the session cookie is SameSite=Lax besides.
    """

    accepted: Accepted = Accepted(json=JSON, streams=False)

    async def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        """Who asks, known before the first resolver runs."""
        viewer = await _authenticated(request)
        return Context(request=request, response=response, viewer=viewer)

    async def dispatch(  # type: ignore[override]  # Django types the synchronous view alone
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Refuse what is no GraphQL request before anything else looks at it."""
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ALLOWED})
        try:
            response = await self._answer(request, *args, **kwargs)
        except Refused as refused:
            response = refused.response(self.accepted.media_type)
        except Exception as error:  # who asks could not be seen
            if not unavailable.is_away(error):
                raise
            away = Refused(503, unavailable.message(error), id=unavailable.logged(error))
            response = away.response(self.accepted.media_type)
        patch_cache_control(response, private=True, no_store=True)  # `private` is what Django's own cache heeds
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    async def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.accepted = accepted(request.headers.get("Accept"))
        if self.accepted.nothing:
            raise Refused(406, _("Answers are application/graphql-response+json or application/json."))
        self.parameters = check_request(request)
        response = await super().dispatch(request, *args, **kwargs)
        if not response.headers["Content-Type"].startswith(_ANSWERS):
            reason = getattr(response, "content", b"").decode() or _("The request is not one that can be answered.")
            raise Refused(response.status_code, reason)
        return response

    async def execute_single(self, *args: Any, **options: Any) -> Any:
        """Refuse a mutation by GET with the status that says so."""
        try:
            return await super().execute_single(*args, **options)
        except HTTPException as error:
            cause = error.__cause__
            if isinstance(cause, InvalidOperationTypeError) and cause.operation_type is OperationType.MUTATION:
                raise Refused(405, _("Send a mutation with POST.")) from error
            raise

    def create_response(self, response_data: Any, sub_response: HttpResponse) -> HttpResponseBase:
        """Answer in the media type that was asked for; a request that could not be run is a 400 in the newer one."""
        if self.accepted.json is None:
            return self.stream_of_one(response_data, sub_response)
        refused = never_ran(response_data)
        if refused:
            del response_data["data"]
        response = super().create_response(response_data, sub_response)
        response.headers["Content-Type"] = f"{self.accepted.media_type}; charset=utf-8"
        if self.accepted.media_type == GRAPHQL_JSON and refused:
            response.status_code = 400
        if _found_nothing_there(response_data):
            response.status_code = 503
            response.headers["Retry-After"] = str(unavailable.RETRY_SECONDS)
        return response


_authenticated: Final = sync_to_async(authenticate)


def _found_nothing_there(response_data: dict[str, Any]) -> bool:
    """Whether all that the answer holds is that the database or the cache is away."""
    codes = [error.get("extensions", {}).get("code") for error in response_data.get("errors") or ()]
    data = response_data.get("data") or {}
    return unavailable.CODE in codes and all(value is None for value in data.values())
