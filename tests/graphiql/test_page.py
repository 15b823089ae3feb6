"""Who gets the page, under which policy, and what it says where something is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from gql_workflows.graphiql import assets

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
NONCE = re.compile(r"'nonce-([\w-]{22})'")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def built(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """GraphiQL is on, and its build's manifest is here."""
    settings.GQL_WORKFLOWS = {"GRAPHIQL": True}
    manifest = {"script": "graphiql-AAAAAAAA.js", "style": "graphiql-BBBBBBBB.css", "sources": "0"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    return tmp_path


def get(address: str = "/graphql/", accept: str | None = CHROMIUM, **extra: Any) -> HttpResponse:
    headers = {} if accept is None else {"Accept": accept}
    return Client().get(address, headers=headers, **extra)


def is_page(response: HttpResponse) -> bool:
    return response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("accept", [CHROMIUM, "text/html", "application/json;q=0.5, text/html;q=0.6"])
def test_a_browsers_visit_gets_the_page(accept: str) -> None:
    response = get(accept=accept)
    assert (response.status_code, is_page(response)) == (200, True)
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "application/graphql-response+json, application/json;q=0.9",
        "text/html;q=0.5, application/json;q=0.6",
        "text/html;q=0, */*",
        "text/event-stream",
        "text/plain",
        ";q=x,,",
    ],
)
def test_whoever_prefers_json_is_answered_by_the_api(accept: str | None) -> None:
    assert not is_page(get(accept=accept))


@pytest.mark.parametrize("parameter", ["query={__typename}", "documentId=x", "extensions={}"])
def test_an_operation_sent_by_get_is_answered_by_the_api(parameter: str) -> None:
    assert not is_page(get(f"/graphql/?{parameter}"))


def test_an_operation_sent_by_post_is_answered_by_the_api() -> None:
    body = json.dumps({"query": "{ __typename }"})
    response = Client().post("/graphql/", body, content_type="application/json", headers={"Accept": CHROMIUM})
    assert response.json() == {"data": {"__typename": "Query"}}


def test_head_is_answered_like_get_without_the_page() -> None:
    response = Client().head("/graphql/", headers={"Accept": CHROMIUM})
    assert (response.status_code, is_page(response), response.content) == (200, True, b"")


@pytest.mark.parametrize("off", [{"GRAPHIQL": False}, {}])
def test_it_is_off_by_setting_and_by_default(settings: Settings, off: dict[str, bool]) -> None:
    settings.GQL_WORKFLOWS = off
    assert not is_page(get())


def test_the_policy_lets_in_its_own_files_and_nothing_inline() -> None:
    response = get()
    policy = response.headers["Content-Security-Policy"]
    (nonce,) = NONCE.findall(policy)
    assert policy.split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "connect-src 'self' ws://testserver",
        "font-src data:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    page = response.content.decode()
    assert (
        f'<link rel="stylesheet" href="/static/gql_workflows/graphiql/graphiql-BBBBBBBB.css" nonce="{nonce}">' in page
    )
    assert '<script defer src="/static/gql_workflows/graphiql/graphiql-AAAAAAAA.js"></script>' in page


def test_every_answer_has_a_nonce_of_its_own() -> None:
    policies = {get().headers["Content-Security-Policy"] for _visit in range(3)}
    assert len(policies) == 3


def test_static_files_on_another_host_are_let_in(settings: Settings) -> None:
    settings.STATIC_URL = "https://files.example.com/static/"
    policy = get(secure=True).headers["Content-Security-Policy"]
    assert "script-src https://files.example.com;" in policy
    assert "style-src https://files.example.com 'nonce-" in policy
    assert "connect-src 'self' wss://testserver;" in policy


def test_no_other_answer_has_the_policy() -> None:
    assert "Content-Security-Policy" not in get(accept="application/json").headers


def test_where_it_was_not_built_the_page_says_what_to_do(built: Path) -> None:
    (built / "manifest.json").unlink()
    response = get()
    assert response.status_code == 503
    assert "GraphiQL is not built" in response.content.decode()
    assert "make install" in response.content.decode()
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_the_projects_own_examples_are_shown_and_cannot_break_out_of_the_page(settings: Settings) -> None:
    settings.GQL_WORKFLOWS = {"GRAPHIQL": True, "GRAPHIQL_EXAMPLES": "tests.graphiql.examples.hostile"}
    page = get().content.decode()
    (shown,) = re.findall(r'<script id="examples" type="application/json">(.*?)</script>', page)
    assert json.loads(shown) == [{"title": "</script>", "query": "# <b>&</script>", "variables": None}]
