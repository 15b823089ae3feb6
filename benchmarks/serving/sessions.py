"""Cookies of people who are signed in, without the time that a password takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore


def cookies_of(users: Iterable[Any]) -> dict[Any, dict[str, str]]:
    """A session for each of these users, by primary key; the server must have the SECRET_KEY of this process."""
    return {user.pk: {settings.SESSION_COOKIE_NAME: _session(user)} for user in users}


def _session(user: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    key: str = session.session_key
    return key
