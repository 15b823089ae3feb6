"""Requests that are not even run, and how they are told so."""

from __future__ import annotations

from typing import Final

from django.http import JsonResponse

from gql_workflows.messages import shortened
from gql_workflows.negotiation import JSON

ALLOWED: Final = "GET, POST, OPTIONS"
_CODES: Final = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 413: "LIMIT_EXCEEDED", 414: "LIMIT_EXCEEDED"}


class Refused(Exception):
    """A request that is not even run."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.http_status, self.message = status, message


def code_of(status: int) -> str:
    """The `extensions.code` that goes with an HTTP status."""
    limits = dict.fromkeys((413, 414, 429, 431), "LIMIT_EXCEEDED")
    return {401: "UNAUTHENTICATED", 403: "FORBIDDEN", **limits}.get(status, "BAD_USER_INPUT")


def refusal(status: int, message: str, *, media_type: str = JSON) -> JsonResponse:
    """A refusal in the form of a GraphQL response."""
    error = {"message": shortened(message), "extensions": {"code": code_of(status)}}
    headers = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": ALLOWED}}.get(status)
    return JsonResponse(
        {"errors": [error]}, status=status, headers=headers, content_type=f"{media_type}; charset=utf-8"
    )
