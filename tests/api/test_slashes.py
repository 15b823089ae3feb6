"""The address works with and without its last slash: a POST cannot be sent on to another one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import AsyncClient, Client, override_settings
from django.urls import include, path, re_path

from gql_workflows.endpoint import endpoint
from gql_workflows.schema import schema
from tests.api.conftest import Office
from tests.api.listening import COUNT, Stream, run, socket

pytestmark = pytest.mark.django_db
TYPENAME = {"query": "{ __typename }"}
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


class Included:
    """A project that mounts the package's own addresses."""

    urlpatterns = [path("api/graphql", include("gql_workflows.urls"))]


class WithItsOwnSchema:
    """A project that mounts a schema."""

    urlpatterns = [re_path(r"^api/graphql/?$", endpoint(schema))]


@pytest.fixture(autouse=True)
def slashes_are_appended(settings: Any) -> None:
    settings.MIDDLEWARE = MIDDLEWARE
    settings.DEBUG = True  # Django raises then, where it would send a POST on


def answers(address: str) -> None:
    assert run_checks(tags=["urls"]) == []
    posted = Client().post(address, TYPENAME, content_type="application/json")
    assert (posted.status_code, posted.json()) == (200, {"data": {"__typename": "Query"}})
    asked = Client().get(address, TYPENAME)
    assert (asked.status_code, asked.json()) == (200, {"data": {"__typename": "Query"}})
    with override_settings(GQL_WORKFLOWS={"GRAPHIQL": True}):
        visited = Client().get(address, headers={"Accept": "text/html"})
    assert (visited.status_code, visited.headers["Content-Type"]) in [
        (200, "text/html; charset=utf-8"),
        (503, "text/html; charset=utf-8"),  # where it is not built
    ]


@pytest.mark.parametrize("slash", ["", "/"])
@override_settings(ROOT_URLCONF="gql_workflows.server.urls")
def test_the_server_answers_with_and_without_it(slash: str) -> None:
    answers(f"/graphql{slash}")
    assert Client().get("/graphqlx").status_code == 404
    assert Client().get("/", follow=True, headers={"Accept": "text/html"}).status_code in (200, 503)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("project", [Included, WithItsOwnSchema])
def test_a_project_that_mounts_it_so_answers_with_and_without_it(project: Any, slash: str) -> None:
    with override_settings(ROOT_URLCONF=project):
        answers(f"/api/graphql{slash}")


@pytest.mark.parametrize("slash", ["", "/"])
@override_settings(ROOT_URLCONF="gql_workflows.server.urls")
def test_streams_and_websockets_are_there_too(office: Office, slash: str) -> None:
    async def scenario() -> None:
        client = AsyncClient()
        await client.aforce_login(office.owner)
        accept = {"Accept": "text/event-stream"}
        response = await client.post(
            f"/graphql{slash}", {"query": COUNT}, content_type="application/json", headers=accept
        )
        assert await Stream(response).data() == 0
        await response.streaming_content.aclose()
        await response._iterator.aclose()
        async with socket(office.owner, path=f"/graphql{slash}") as listener:
            await listener.subscribe(COUNT)
            assert await listener.data() == 0

    run(scenario)
