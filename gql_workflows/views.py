"""The HTTP endpoint."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from strawberry.django.views import AsyncGraphQLView

from gql_workflows import conf
from gql_workflows.context import Context
from gql_workflows.origin import is_foreign

GRAPHQL_JSON = "application/graphql-response+json"


class GraphQLView(AsyncGraphQLView[Context, None]):
    """JSON over POST, queries alone over GET, and nothing from a foreign page.

    A JSON body cannot be sent across origins by a plain form, and a foreign Origin is refused, so requests need
    no CSRF token; the session cookie is SameSite=Lax besides.
    """

    async def get_context(self, request: HttpRequest, response: HttpResponse) -> Context:
        """Who asks, known before the first resolver runs."""
        user = await request.auser()
        return Context(request=request, response=response, viewer=user if user.is_authenticated else None)

    async def dispatch(  # type: ignore[override]  # Django types the synchronous view alone
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Refuse what is no GraphQL request before anything else looks at it."""
        refusal = refusal_of(request)
        if refusal is not None:
            return refusal
        response = await super().dispatch(request, *args, **kwargs)
        if not response.headers["Content-Type"].startswith(("application/json", GRAPHQL_JSON)):
            reason = getattr(response, "content", b"").decode() or "Bad request"
            return refused(response.status_code, reason)
        return response

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


def refusal_of(request: HttpRequest) -> HttpResponse | None:
    """Why this request is not even read, or None."""
    if is_foreign(request):
        return refused(403, "Requests from this origin are not accepted.")
    if request.method != "POST":
        return None
    if request.content_type != "application/json":
        return refused(415, "Send application/json.")
    if len(request.body) > conf.max_body_bytes():
        return refused(413, "The request body is too large.")
    if not _is_request(request.body):
        return refused(400, "The body must be a JSON object with a query.")
    return None


def _is_request(body: bytes) -> bool:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if json_problem_in(body, parsed):
        return False
    if not isinstance(parsed, dict) or not isinstance(parsed.get("query"), str):
        return False
    return all(parsed.get(name) is None or isinstance(parsed[name], dict) for name in ("variables", "extensions"))


def json_problem_in(body: bytes, parsed: object) -> bool:
    """Whether an escape in the body made a text that no database stores: half of a surrogate pair."""
    if b"\\ud" not in body.lower():
        return False
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def refused(status: int, message: str) -> JsonResponse:
    """A refusal in the form of a GraphQL response."""
    code = {403: "FORBIDDEN", 413: "LIMIT_EXCEEDED"}.get(status, "BAD_USER_INPUT")
    return JsonResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status=status)
