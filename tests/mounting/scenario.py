"""What the how-to promises, asked inside of its project; `test_mounting` starts it in a process of its own."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from typing import Any

import asgi
import pytest
import wsgi
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.test import Client
from strawberry import relay
from sybil.evaluators.python import PythonEvaluator

from django_workflow_engine.models import WorkFlow
from tests.docs.guide import ROOT, examples_of

pytestmark = pytest.mark.django_db(transaction=True)
MERGED = "{ greeting workflows { edges { node { nameEn } } } }"
OLGA = {"data": {"greeting": "Hello olga@acme", "workflows": {"edges": [{"node": {"nameEn": "Acme's"}}]}}}


@pytest.fixture(autouse=True)
def companies(transactional_db: None) -> None:
    User.objects.create_user("olga@acme")
    for name in ("acme", "other"):
        WorkFlow.objects.create(name_en=f"{name.title()}'s", name_ar=name, company=User.objects.create_user(name))


def post(document: str, **headers: str) -> Any:
    return Client(headers=headers).post("/graphql/", {"query": document}, content_type="application/json")


def test_the_examples_run_in_their_order() -> None:
    run_python = PythonEvaluator()
    for example in examples_of(ROOT / "docs" / "mounting.md", run_python):
        if example.region.lexemes["title"] is None:
            example.evaluate()


def test_django_finds_nothing_wrong() -> None:
    assert run_checks() == []


def test_roots_are_merged_and_the_tenancy_is_the_project_s() -> None:
    assert post(MERGED, **{"X-Gateway-User": "olga@acme"}).json() == OLGA
    shout = 'mutation { shout(text: "hey") }'
    assert post(shout, **{"X-Gateway-User": "olga@acme"}).json() == {"data": {"shout": "HEY"}}
    (error,) = post(shout).json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_node_of_the_project_is_found_by_the_rule_of_its_type() -> None:
    mine, other = (Group.objects.create(name=name) for name in ("Mine", "Other"))
    mine.user_set.add(User.objects.get(username="olga@acme"))
    olga = {"X-Gateway-User": "olga@acme"}
    (team,) = post("{ teams { id } }", **olga).json()["data"]["teams"]
    hidden = relay.to_base64("Team", other.pk)
    asked = (
        f'{{ node(id: "{team["id"]}") {{ ... on Team {{ name }} }} nodes(ids: ["{hidden}", "{team["id"]}"]) {{ id }} }}'
    )
    assert post(asked, **olga).json() == {"data": {"node": {"name": "Mine"}, "nodes": [None, team]}}
    (error, *_others) = post(asked).json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_own_fields_are_watched_over_like_ours() -> None:
    (error,) = post("{ greeting }").json()["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_credentials_that_the_project_refuses_are_told_so() -> None:
    response = post("{ greeting }", **{"X-Gateway-User": "nobody"})
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_the_wsgi_application_answers() -> None:
    body = json.dumps({"query": MERGED}).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/graphql/",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_X_GATEWAY_USER": "olga@acme",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    assert json.loads(b"".join(wsgi.application(environ, lambda status, headers: None))) == OLGA


def test_the_asgi_application_serves_subscriptions_of_the_merged_schema() -> None:
    headers = [(b"host", b"testserver"), (b"x-gateway-user", b"olga@acme")]
    scope = {"type": "websocket", "path": "/graphql/", "query_string": b"", "headers": headers}
    scope["subprotocols"] = ["graphql-transport-ws"]

    async def scenario() -> Any:
        incoming: asyncio.Queue[Any] = asyncio.Queue()
        outgoing: asyncio.Queue[Any] = asyncio.Queue()
        serving = asyncio.create_task(asgi.application(scope, incoming.get, outgoing.put))
        await incoming.put({"type": "websocket.connect"})
        for message in (
            {"type": "connection_init"},
            {"type": "subscribe", "id": "1", "payload": {"query": "subscription { myApprovalsCount }"}},
        ):
            await incoming.put({"type": "websocket.receive", "text": json.dumps(message)})
        for _accepted_or_acknowledged in range(2):
            await asyncio.wait_for(outgoing.get(), 10)
        event = await asyncio.wait_for(outgoing.get(), 10)
        await incoming.put({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(serving, 10)
        return json.loads(event["text"])["payload"]

    assert asyncio.run(scenario()) == {"data": {"myApprovalsCount": 0}}
