"""An answer is of one user and one moment: nothing on its way keeps it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from tests.api.conftest import Office
from tests.client import URL, Api

pytestmark = pytest.mark.django_db
CACHED = (
    "django.middleware.cache.UpdateCacheMiddleware",
    *settings.MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
)


@pytest.mark.parametrize(
    "accept", ["application/json", "application/graphql-response+json", "text/event-stream", "a/b"]
)
@pytest.mark.parametrize("document", ["{ __typename }", "{ nothing }", "", "mutation { logout }"])
def test_no_cache_keeps_an_answer(accept: str, document: str) -> None:
    http, headers = Api().http, {"Accept": accept}
    read = http.get(URL, {"query": document}, headers=headers)
    sent = http.post(URL, json.dumps({"query": document}), content_type="application/json", headers=headers)
    for response in (read, sent):
        kept = {word.strip() for word in response.headers["Cache-Control"].split(",")}
        assert {"private", "no-store"} <= kept


@override_settings(MIDDLEWARE=CACHED)
def test_a_project_s_own_cache_of_pages_keeps_none(office: Office) -> None:
    http: Any = Api(office.owner).http
    for name in ("Olga", "Other"):
        office.owner.first_name, office.owner.last_name = name, ""
        office.owner.save()
        answer = http.get(URL, {"query": "{ viewer { user { displayName } } }"}).json()
        assert answer["data"] == {"viewer": {"user": {"displayName": name}}}
