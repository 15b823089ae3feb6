"""Requests that are not even run, and how they are told so."""

from __future__ import annotations

from typing import Final

from django.http import JsonResponse

from gql_workflows.errors import unavailable
from gql_workflows.errors.messages import shortened
from gql_workflows.http.negotiation import JSON

ALLOWED: Final = "GET, POST, OPTIONS"
_LIMITS: Final = dict.fromkeys((413, 414, 429, 431), "LIMIT_EXCEEDED")
_CODES: Final = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 503: unavailable.CODE, **_LIMITS}
_HEADERS: Final = {
    401: {"WWW-Authenticate": "Bearer"},
    405: {"Allow": ALLOWED},
    503: {"Retry-After": str(unavailable.RETRY_SECONDS)},
}


class Refused(Exception):
    """A request that is not even run; its facts stand beside the code."""

    def __init__(self, status: int, message: str, **facts: str) -> None:
        super().__init__(message)
        self.http_status, self.message, self.facts = status, message, facts

    @property
    def code(self) -> str:
        """The `extensions.code` that goes with the HTTP status."""
        return _CODES.get(self.http_status, "BAD_USER_INPUT")

    def response(self, media_type: str = JSON) -> JsonResponse:
        """The refusal in the form of a GraphQL response."""
        error = {"message": shortened(self.message), "extensions": {"code": self.code, **self.facts}}
        headers, content_type = _HEADERS.get(self.http_status), f"{media_type}; charset=utf-8"
        return JsonResponse({"errors": [error]}, status=self.http_status, headers=headers, content_type=content_type)
