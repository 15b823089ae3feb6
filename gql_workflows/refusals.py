"""Requests that are not even run, and how they are told so."""

from __future__ import annotations

from django.http import JsonResponse


class Refused(Exception):
    """A request that is not even run."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.http_status, self.message = status, message


def code_of(status: int) -> str:
    """The `extensions.code` that goes with an HTTP status."""
    return {403: "FORBIDDEN", 413: "LIMIT_EXCEEDED"}.get(status, "BAD_USER_INPUT")


def refusal(status: int, message: str) -> JsonResponse:
    """A refusal in the form of a GraphQL response."""
    return JsonResponse({"errors": [{"message": message, "extensions": {"code": code_of(status)}}]}, status=status)
