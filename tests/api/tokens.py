"""An authentication of a project's own: the token is the username."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest


def token_user(request: HttpRequest) -> Any:
    """The user whom the header names, or None."""
    scheme, _space, name = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return User.objects.filter(username=name).first() if scheme == "Bearer" else None
