"""A project whose backends refuse to look at a password: the API says so, whatever their middleware would answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from tests.api.documents import LOGIN
from tests.client import Api

pytestmark = pytest.mark.django_db


class Marking:
    """A backend that marks the request as django-axes does."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> None:
        request.axes_locked_out = True  # type: ignore[attr-defined]
        raise PermissionDenied


class Silent:
    """A backend that lets nobody in, and does not say why."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> None:
        raise PermissionDenied


class Page:
    """The middleware that answers a request so marked with a text of its own."""

    async_capable = sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._later(request)
        return self._page(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, await self.get_response(request))

    def _page(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse("Locked", status=429) if getattr(request, "axes_locked_out", False) else response


@pytest.mark.parametrize(("backend", "code"), [("Marking", "FORBIDDEN"), ("Silent", "INVALID")])
def test_a_backend_that_refuses_is_told_in_the_payload_and_opens_no_session(backend: str, code: str) -> None:
    User.objects.create_user("erin", password="secret-1")
    backends = [f"{__name__}.{backend}", "django.contrib.auth.backends.ModelBackend"]
    middleware = [*settings.MIDDLEWARE, f"{__name__}.Page"]
    api = Api()
    with override_settings(AUTHENTICATION_BACKENDS=backends, MIDDLEWARE=middleware):
        answer = api.run(LOGIN, username="erin", password="secret-1")["login"]
    assert answer["viewer"] is None
    assert [error["code"] for error in answer["errors"]] == [code]
    assert "sessionid" not in api.http.cookies
