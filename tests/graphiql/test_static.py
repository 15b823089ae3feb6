"""The server's own files, kept for good by browsers where the name says what is in them, and its root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

NAME = "gql_workflows/graphiql/graphiql-0A1B2C3D.js"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A hashed file and another one, served by the server's addresses."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    settings.ROOT_URLCONF = "gql_workflows.server.urls"
    settings.STATICFILES_DIRS = [tmp_path]
    for name in (NAME, "plain.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1;" * 100)
    finders.get_finder.cache_clear()
    yield
    finders.get_finder.cache_clear()


def test_a_file_named_by_its_content_is_kept_for_a_year() -> None:
    response = Client().get(f"/static/{NAME}")
    assert response.content == b"a = 1;" * 100
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_any_other_file_is_asked_for_again() -> None:
    response = Client().get("/static/plain.js")
    assert "Cache-Control" not in response.headers
    again = Client().get("/static/plain.js", headers={"If-Modified-Since": response.headers["Last-Modified"]})
    assert again.status_code == 304


def test_it_is_compressed_for_who_takes_that() -> None:
    response = Client().get(f"/static/{NAME}", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) < 200


def test_a_file_that_is_not_there_is_not_found_and_not_kept() -> None:
    response = Client().get("/static/gql_workflows/graphiql/graphiql-ZZZZZZZZ.js")
    assert response.status_code == 404
    assert "Cache-Control" not in response.headers


def test_the_servers_root_leads_to_the_api() -> None:
    response = Client().get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/graphql/")
