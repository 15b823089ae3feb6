"""Who sends a request, over HTTP and over websockets alike."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.module_loading import import_string

from gql_workflows import conf


def authenticate(request: HttpRequest) -> Any:
    """The active user who sends the request, or None; looked up anew at every call.

    The functions that AUTHENTICATION names are asked in order; each takes the request and gives a user or None.
    """
    for path in conf.authentication():
        user = import_string(path)(request)
        if user is not None and user.is_active:
            return user
    return None


def session_user(request: HttpRequest) -> Any:
    """The user whose session the request's cookie names, as the session is stored now; None when it has ended."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    probe = HttpRequest()  # the request keeps its own session, which may hold changes that are not stored yet
    probe.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(probe)
    return user if user.is_authenticated else None
