"""What a client is answered in: JSON, unless it takes nothing but a stream or asks for a subscription."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import AsyncClient

from tests.api.conftest import Office
from tests.api.listening import COUNT, Stream, run
from tests.client import URL, Api

pytestmark = pytest.mark.django_db
JSON, GRAPHQL_JSON, STREAM = "application/json", "application/graphql-response+json", "text/event-stream"
URQL = f"{GRAPHQL_JSON}, application/graphql+json, {JSON}, {STREAM}, multipart/mixed"
APOLLO_DEFER = f"multipart/mixed;deferSpec=20220824,{GRAPHQL_JSON},{JSON};q=0.9"
APOLLO_SUBSCRIPTION = f"multipart/mixed;boundary=graphql;subscriptionSpec=1.0,{JSON}"
QUERY, MUTATION, VIEWER = "{ __typename }", "mutation { logout }", "{ viewer { user { username } } }"
AS_JSON = [
    (URQL, GRAPHQL_JSON),
    (f"{STREAM}, {JSON}", JSON),
    (f"{STREAM}, {JSON};q=0.1", JSON),
    (f"{STREAM}, application/*;q=0.1", JSON),
    (f"{STREAM}, */*;q=0.1", JSON),
    (f"{STREAM};q=0, {JSON}", JSON),
    (f"text/*, {GRAPHQL_JSON}", GRAPHQL_JSON),
    (APOLLO_DEFER, GRAPHQL_JSON),
    (APOLLO_SUBSCRIPTION, JSON),
    ("*/*", JSON),
    (None, JSON),
    (", ,", JSON),
    (f",{GRAPHQL_JSON},", GRAPHQL_JSON),
]
AS_STREAM = [STREAM, f"{STREAM};q=0.1", f"{STREAM};charset=utf-8", "text/*", f"{STREAM}, {JSON};q=0", f"{STREAM}, a/b"]


def headers(accept: str | None) -> dict[str, str]:
    return {} if accept is None else {"Accept": accept}


async def asgi(user: Any, accept: str | None, document: str, method: str = "post") -> Any:
    """The response to one operation under ASGI."""
    client = AsyncClient()
    await client.aforce_login(user)
    if method == "get":
        return await client.get(URL, {"query": document}, headers=headers(accept))
    body = json.dumps({"query": document})
    return await client.post(URL, body, content_type=JSON, headers=headers(accept))


def media_type(response: Any) -> str:
    return response.headers["Content-Type"].split(";")[0]


@pytest.mark.parametrize("document", [QUERY, MUTATION])
@pytest.mark.parametrize(("accept", "answered"), AS_JSON)
def test_queries_and_mutations_are_answered_in_json(
    office: Office, accept: str | None, answered: str, document: str
) -> None:
    async def scenario() -> None:
        response = await asgi(office.owner, accept, document)
        assert (response.status_code, media_type(response)) == (200, answered)
        assert "errors" not in response.json()

    run(scenario)
    response = Api(office.owner, **headers(accept)).raw(document)  # this client goes through WSGI
    assert (response.status_code, media_type(response)) == (200, answered)


@pytest.mark.parametrize("accept", AS_STREAM)
def test_who_takes_nothing_but_a_stream_gets_one(office: Office, accept: str) -> None:
    told = 'event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata: \n\n'

    async def scenario() -> None:
        response = await asgi(office.owner, accept, QUERY)
        assert (response.status_code, media_type(response), response.content.decode()) == (200, STREAM, told)

    run(scenario)
    response = Api(office.owner, Accept=accept).raw(QUERY)  # this client goes through WSGI
    assert (response.status_code, media_type(response), response.content.decode()) == (200, STREAM, told)


def test_who_signs_in_over_a_stream_is_signed_in(office: Office) -> None:
    office.owner.set_password("secret")
    office.owner.save()
    api = Api(Accept=STREAM)
    login = 'mutation { login(username: "olga", password: "secret") { errors { code } } }'
    assert '{"data":{"login":{"errors":[]}}}' in api.raw(login).content.decode()
    assert '{"data":{"viewer":{"user":{"username":"olga"}}}}' in api.raw(VIEWER).content.decode()


@pytest.mark.parametrize("document", ["{ nothing }", "subscription { nothing }", "subscription {"])
def test_a_document_that_cannot_run_has_no_data_in_a_stream_either(office: Office, document: str) -> None:
    async def scenario() -> None:
        response = await asgi(office.owner, STREAM, document)
        parts = response.streaming_content if response.streaming else response
        text = b"".join([part async for part in parts] if response.streaming else [*parts]).decode()
        (told,) = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
        assert [*told] == ["errors"]

    run(scenario)


def test_an_error_over_a_stream_is_in_the_stream_and_a_refusal_is_none(office: Office) -> None:
    api = Api(office.owner, Accept=STREAM)
    response = api.raw("{ nothing }")
    assert (response.status_code, media_type(response)) == (200, STREAM)
    assert '"extensions":{"code":"BAD_USER_INPUT"}' in response.content.decode()
    refused = api.http.get(URL, {"query": MUTATION})
    assert (refused.status_code, media_type(refused)) == (405, JSON)


@pytest.mark.parametrize("method", ["post", "get"])
@pytest.mark.parametrize("accept", [URQL, f"{JSON}, {STREAM};q=0.1", f"{JSON}, text/*", *AS_STREAM])
def test_a_subscription_is_a_stream_for_whom_takes_one(office: Office, accept: str, method: str) -> None:
    async def scenario() -> None:
        response = await asgi(office.owner, accept, COUNT, method)
        assert (response.status_code, media_type(response)) == (200, STREAM)
        answer = Stream(response)
        assert await answer.data() == 0
        await answer.parts.aclose()
        await response._iterator.aclose()

    run(scenario)


@pytest.mark.parametrize("accept", [None, "*/*", JSON, f"{JSON}, {STREAM};q=0", APOLLO_SUBSCRIPTION])
def test_a_subscription_that_no_stream_is_named_for_is_told_how_to_listen(office: Office, accept: str | None) -> None:
    async def scenario() -> None:
        response = await asgi(office.owner, accept, COUNT)
        (error,) = response.json()["errors"]
        assert response.status_code == 400
        assert error["message"] == "Send a subscription over a websocket, or with Accept: text/event-stream."

    run(scenario)


def test_under_wsgi_a_subscription_of_urql_is_told_that_it_needs_asgi(office: Office) -> None:
    response = Api(office.owner, Accept=URQL).raw(COUNT)
    (error,) = response.json()["errors"]
    assert (response.status_code, media_type(response)) == (406, GRAPHQL_JSON)
    assert error["message"] == "Event streams need a server that speaks ASGI."


def test_the_operation_that_is_named_says_what_is_answered(office: Office) -> None:
    async def scenario() -> None:
        body = {"query": f"query Read {{ __typename }} {COUNT.replace('subscription', 'subscription Count')}"}
        client = AsyncClient()
        await client.aforce_login(office.owner)
        for name, answered in (("Read", GRAPHQL_JSON), ("Count", STREAM)):
            sent = json.dumps(body | {"operationName": name})
            response = await client.post(URL, sent, content_type=JSON, headers={"Accept": URQL})
            assert (response.status_code, media_type(response)) == (200, answered)
        await response.streaming_content.aclose()
        await response._iterator.aclose()

    run(scenario)


@pytest.mark.parametrize("document", ["{", "{ nothing }", "query A { __typename } subscription B { nothing }"])
def test_a_document_that_cannot_run_is_refused_in_json(office: Office, document: str) -> None:
    async def scenario() -> None:
        response = await asgi(office.owner, URQL, document)
        assert (response.status_code, media_type(response)) == (400, GRAPHQL_JSON)
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}

    run(scenario)


def test_the_lines_of_a_stream_end_in_lf(office: Office, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"SUBSCRIPTIONS": {"PING_SECONDS": 0.05}}

    async def scenario() -> None:
        response = await asgi(office.owner, STREAM, COUNT)
        parts, told = response.streaming_content, set()
        while len(told) < 2:  # a slow machine lets a ping come before the news
            told.add((await anext(parts)).decode())
        assert told == {'event: next\ndata: {"data":{"myApprovalsCount":0}}\n\n', ": ping\n\n"}
        await parts.aclose()
        await response._iterator.aclose()

    run(scenario)
