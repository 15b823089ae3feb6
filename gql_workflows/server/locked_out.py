"""What the admin's form is answered with where too many log-ins failed."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from gql_workflows.access import lockouts

_STATUS: Final = 429


def page(request: HttpRequest, *_given: Any) -> HttpResponse:
    """One line for people, and `Retry-After` for programs.

    What else django-axes gives differs under ASGI: there the credentials come in the place of the response.
    """
    seconds = lockouts.seconds_left(request)
    response = HttpResponse(lockouts.message(seconds), status=_STATUS, content_type="text/plain; charset=utf-8")
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response
