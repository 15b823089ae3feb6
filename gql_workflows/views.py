"""The HTTP endpoint."""

from __future__ import annotations

from typing import Any

from cross_web import AsyncDjangoHTTPRequestAdapter, AsyncHTTPRequestAdapter
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from strawberry.django.views import AsyncGraphQLView

from gql_workflows.context import Context
from gql_workflows.refusals import Refused, refusal
from gql_workflows.requests import check_request
from gql_workflows.subscriptions.event_streams import EVENT_STREAM, EventStreams

GRAPHQL_JSON = "application/graphql-response+json"


class RequestAdapter(AsyncDjangoHTTPRequestAdapter):
    """The request as the library reads it: the media type's case means nothing."""

    @property
    def content_type(self) -> str | None:
        """The media type in lower case."""
        value = super().content_type
        return None if value is None else value.lower()


class GraphQLView(EventStreams, AsyncGraphQLView[Context, None]):
    """JSON over POST, queries alone over GET, and nothing from a foreign page.

    A JSON body cannot be sent across origins by a plain form, and a foreign Origin is refused, so requests need
    no CSRF token; the session cookie is SameSite=Lax besides.
    """

    request_adapter_class = RequestAdapter
    document: str | None = None

    async def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        """Who asks, known before the first resolver runs."""
        user = await request.auser()
        return Context(request=request, response=response, viewer=user if user.is_authenticated else None)

    async def dispatch(  # type: ignore[override]  # Django types the synchronous view alone
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Refuse what is no GraphQL request before anything else looks at it."""
        try:
            self.document = check_request(request)
        except Refused as refused:
            return refusal(refused.http_status, refused.message)
        response = await super().dispatch(request, *args, **kwargs)
        if not response.headers["Content-Type"].startswith(("application/json", GRAPHQL_JSON, EVENT_STREAM)):
            reason = getattr(response, "content", b"").decode() or _("The request is not one that can be answered.")
            return refusal(response.status_code, reason)
        return response

    def should_render_graphql_ide(self, request: Any) -> bool:
        """Never for a request that has a document, be it by its id alone."""
        return self.document is None and super().should_render_graphql_ide(request)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> Any:
        """The request's parameters, with the document that was let in."""
        data = await super().parse_http_body(request)
        data.query = self.document
        return data

    def create_response(self, response_data: Any, sub_response: HttpResponse) -> HttpResponseBase:
        """Answer in the media type that was asked for; there, a request that could not be run is a 400."""
        never_ran = _never_ran(response_data)
        if never_ran:
            del response_data["data"]
        response = super().create_response(response_data, sub_response)
        if GRAPHQL_JSON in self.request.headers.get("Accept", ""):
            response.headers["Content-Type"] = GRAPHQL_JSON
            response.status_code = 400 if never_ran else response.status_code
        return response


def _never_ran(response_data: dict[str, Any]) -> bool:
    """Whether the document itself was refused: no data, and no error with a path into it."""
    errors = response_data.get("errors") or ()
    return bool(errors) and response_data.get("data") is None and not any(error.get("path") for error in errors)
