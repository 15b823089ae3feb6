"""Bearer tokens of django-oauth-toolkit, for clients that are no browsers; needs the extra `oauth`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from oauth2_provider.oauth2_backends import get_oauthlib_core

from django_workflow_engine import people
from gql_workflows import conf
from gql_workflows.authentication import InvalidCredentials


def bearer_user(request: HttpRequest) -> Any:
    """The user for whom the request's Bearer token was issued, or None where it sends none.

    A token of the client credentials grant stands for the user who owns its application. Raises InvalidCredentials,
    with one text for every cause, for a token that is unknown, expired, of nobody who is active, or without the scopes
    of OAUTH_SCOPES: a request with a token never counts as that of its cookie.
    """
    scheme, _space, _token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    valid, checked = get_oauthlib_core().verify_request(request, scopes=list(conf.oauth_scopes()))
    user = _user_of(checked) if valid else None
    if user is None or not people.is_active(user):
        raise InvalidCredentials(_("The token is not valid here."))
    return user


def _user_of(checked: Any) -> Any:
    """Whom a token that was found valid stands for; None for an application of nobody's."""
    return checked.user or getattr(checked.client, "user", None)
