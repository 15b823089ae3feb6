"""Bearer tokens of django-oauth-toolkit: over HTTP, in event streams, over websockets, and never beside a session."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import AsyncClient, Client, RequestFactory
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application

from django_workflow_engine.models import WorkFlow
from gql_workflows.authentication import authenticate
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.listening import COUNT, Socket, Stream, cookie_of, run
from tests.client import URL, Api
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

WHO = "{ viewer { user { username } } }"
CREATE = """
mutation Create($company: ID) {
  createWorkflow(input: {nameEn: "Leave", nameAr: "إجازة", strategy: WORKFLOW_ONLY, companyId: $company}) {
    errors { code }
  }
}
"""
REFUSED = (401, "UNAUTHENTICATED")


@pytest.fixture(autouse=True)
def tokens_before_sessions(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {
        "AUTHENTICATION": ["gql_workflows.oauth.bearer_user", "gql_workflows.authentication.session_user"]
    }
    settings.OAUTH2_PROVIDER = {"SCOPES": {"workflows": "Approval workflows", "profile": "Your name"}}


def token_of(user: User | None, *, scope: str = "workflows", hours: float = 1, owner: User | None = None) -> str:
    """A token that was issued for the user, or for an application of the owner's."""
    application = Application.objects.create(
        user=owner,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    text = f"token-{application.pk}"
    expires = timezone.now() + timedelta(hours=hours)
    AccessToken.objects.create(user=user, application=application, token=text, scope=scope, expires=expires)
    return text


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def username(api: Api) -> str:
    return api.run(WHO)["viewer"]["user"]["username"]


def refusal_of(response: Any) -> tuple[int, str]:
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"]


def test_a_token_stands_for_its_user_and_opens_no_session(office: Office) -> None:
    response = Api(**bearer(token_of(office.owner))).raw(WHO)
    assert response.json() == {"data": {"viewer": {"user": {"username": "olga"}}}}
    assert "Set-Cookie" not in response.headers
    assert {"Authorization", "Cookie"} <= set(response.headers["Vary"].split(", "))


def test_a_token_of_an_application_stands_for_the_application_s_owner(office: Office) -> None:
    assert username(Api(**bearer(token_of(None, owner=office.owner)))) == "olga"


def test_the_scheme_s_case_means_nothing(office: Office) -> None:
    assert username(Api(Authorization=f"bEARER {token_of(office.owner)}")) == "olga"


def test_a_token_is_read_with_any_address(office: Office) -> None:
    query = {"query": "query Q($x: Boolean!) { viewer @include(if: $x) { __typename } }", "variables": '{"x": true}'}
    response = Client(headers=bearer(token_of(office.owner))).get(URL, query)
    assert response.json() == {"data": {"viewer": {"__typename": "Viewer"}}}


def test_a_token_wins_over_the_session_of_the_cookie(office: Office) -> None:
    assert username(Api(office.stranger, **bearer(token_of(office.owner)))) == "olga"


def test_a_project_s_own_resolvers_find_the_same_user_on_the_request(office: Office) -> None:
    request = RequestFactory().post(URL, headers=bearer(token_of(office.owner)))
    request.user = office.stranger
    assert authenticate(request) == request.user == office.owner


def test_requests_without_a_token_count_as_those_of_their_session(office: Office) -> None:
    assert username(Api(office.stranger)) == "stan"
    assert username(Api(office.stranger, Authorization="Basic b2xnYTp4")) == "stan"
    assert Api().run(WHO) == {"viewer": None}


def inactive(user: User) -> str:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return token_of(user)


@pytest.mark.parametrize(
    "token",
    [
        lambda user: "unknown",
        lambda user: "",
        lambda user: "two words",
        lambda user: "Ünknown",
        lambda user: token_of(user, hours=-1),
        lambda user: token_of(user, scope="profile"),
        lambda user: token_of(user, scope=""),
        lambda user: token_of(None),
        inactive,
    ],
    ids=["unknown", "empty", "words", "letters", "expired", "scope", "no scope", "nobody's", "inactive"],
)
def test_a_token_that_is_not_valid_is_refused_and_the_cookie_is_not_asked(
    office: Office, token: Callable[[User], str]
) -> None:
    header = bearer(token(office.owner))
    with unchanged():
        responses = [
            Api(user, **header).raw(document) for user in (None, office.stranger) for document in (WHO, CREATE)
        ]
    assert [refusal_of(response) for response in responses] == [REFUSED] * 4
    assert {response.headers["WWW-Authenticate"] for response in responses} == {"Bearer"}
    assert {response.json()["errors"][0]["message"] for response in responses} == {"The token is not valid here."}


def test_the_scopes_that_a_token_needs_are_a_setting(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {**settings.GQL_WORKFLOWS, "OAUTH_SCOPES": ["workflows", "profile"]}
    assert refusal_of(Api(**bearer(token_of(office.owner))).raw(WHO)) == REFUSED
    assert username(Api(**bearer(token_of(office.owner, scope="profile workflows")))) == "olga"


def test_a_machine_changes_what_its_user_may_change(office: Office) -> None:
    company = global_id("User", office.owner.pk)
    api = Api(**bearer(token_of(office.owner)))
    assert api.run(CREATE, company=company) == {"createWorkflow": {"errors": []}}
    assert WorkFlow.objects.get().created_by == office.owner


def test_a_foreign_page_is_refused_with_a_token_too(office: Office) -> None:
    response = Api(Origin="https://evil.example", **bearer(token_of(office.owner))).raw(WHO)
    assert refusal_of(response) == (403, "FORBIDDEN")


def test_an_event_stream_needs_no_session_and_ends_with_its_token(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {**settings.GQL_WORKFLOWS, "SUBSCRIPTIONS": {"RECHECK_SECONDS": 0.05}}

    async def scenario() -> None:
        token = await sync_to_async(token_of)(office.owner)
        stream = await listen(bearer(token))
        async with aclosing(stream.parts):
            assert await stream.data() == 0
            await AccessToken.objects.all().adelete()
            _name, payload = await stream.event()
            assert payload["errors"][0]["extensions"]["code"] == "FORBIDDEN"

    run(scenario)


async def listen(headers: dict[str, str]) -> Any:
    """An event stream, or the response that refuses it."""
    accept = {"Accept": "text/event-stream", **headers}
    response = await AsyncClient().post(
        URL, json.dumps({"query": COUNT}), content_type="application/json", headers=accept
    )
    return Stream(response) if response.streaming else response


def test_an_event_stream_does_not_begin_with_a_token_that_is_not_valid(office: Office) -> None:
    async def scenario() -> None:
        cookie = await sync_to_async(cookie_of)(office.owner)
        assert refusal_of(await listen(bearer("unknown") | cookie)) == REFUSED

    run(scenario)


async def opened(headers: dict[str, str], payload: dict[str, str], user: Any = None) -> Socket:
    """A websocket that says hello with this payload."""
    client = await sync_to_async(Socket)(user, **headers)
    await client.connect()
    await client.send({"type": "connection_init", "payload": payload})
    assert await client.receive() == {"type": "connection_ack"}
    return client


@pytest.mark.parametrize("place", ["header", "payload"])
def test_a_websocket_takes_a_token_in_its_header_and_in_its_first_message(office: Office, place: str) -> None:
    async def scenario() -> None:
        header = bearer(await sync_to_async(token_of)(office.owner))
        client = await opened(*((header, {}) if place == "header" else ({}, header)))
        await client.subscribe(WHO)
        assert await client.data() == {"user": {"username": "olga"}}
        await client.receive()
        await client.subscribe(COUNT)
        assert await client.data() == 0
        await client.leave()

    run(scenario)


@pytest.mark.parametrize("document", [WHO, COUNT])
def test_a_websocket_with_a_token_that_is_not_valid_runs_nothing_for_its_cookie(office: Office, document: str) -> None:
    async def scenario() -> None:
        client = await opened({}, bearer("unknown"), office.owner)
        await client.subscribe(document)
        assert await client.code() == "UNAUTHENTICATED"
        await client.leave()

    run(scenario)


def test_a_token_that_expires_ends_the_subscription_of_a_websocket(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {**settings.GQL_WORKFLOWS, "SUBSCRIPTIONS": {"RECHECK_SECONDS": 0.05}}

    async def scenario() -> None:
        token = await sync_to_async(token_of)(office.owner)
        client = await opened({}, bearer(token), office.owner)
        await client.subscribe(COUNT)
        assert await client.data() == 0
        await AccessToken.objects.all().aupdate(expires=timezone.now())
        assert await client.code() == "FORBIDDEN"
        await client.leave()

    run(scenario)
