"""Who sends a request, over HTTP, in event streams and over websockets alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.module_loading import import_string

from django_workflow_engine import people
from django_workflow_engine.transactions import reading_where_it_is_written
from gql_workflows import conf
from gql_workflows.http.refusals import Refused


class InvalidCredentials(Refused):
    """Credentials that a request sends, and that are not valid: it is not run for anybody else either."""

    def __init__(self, message: str) -> None:
        super().__init__(401, message)


def authenticate(request: HttpRequest) -> Any:
    """The active user who sends the request, or None; looked up anew at every call.

    The functions that AUTHENTICATION names are asked in order. Each takes the request and gives a user, or None
    where the request has no credentials of its kind; for credentials that are not valid it raises InvalidCredentials.
    The first user counts, and is `request.user` from then on: nothing may take the sender for somebody else. No replica
    is asked: who has just signed in is known, and who was switched off is not let in.
    """
    with reading_where_it_is_written():
        found = (function(request) for function in _functions())
        user = next((user for user in found if user is not None), None)
        viewer = user if user is not None and people.is_active(user) else None
    _sign(request, viewer or AnonymousUser())
    return viewer


def _functions() -> Iterator[Callable[[HttpRequest], Any]]:
    """What AUTHENTICATION names; a path that names nothing, of which a system check tells, says nothing of anybody."""
    for path in conf.authentication():
        with suppress(ImportError):
            yield import_string(path)


def _sign(request: HttpRequest, user: Any) -> None:
    async def auser() -> Any:
        return user

    request.user, request.auser = user, auser


def session_user(request: HttpRequest) -> Any:
    """The user whose session the request's cookie names, as the session is stored now; None when it has ended."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = getattr(request, "session", None)
    if session is None or session.accessed:
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    # else the first look of an HTTP request: with its own session, which the middleware stores when it is renewed
    probe = HttpRequest()
    probe.session = session
    user = auth.get_user(probe)
    return user if user.is_authenticated else None
