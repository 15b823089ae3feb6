"""Bodies and documents that somebody damaged: cut, doubled, and with bytes of all kinds in them."""

from __future__ import annotations

import json
import os
from random import Random
from typing import Any, Final

import pytest

from tests.api.conftest import Office
from tests.api.documents import WORKFLOWS
from tests.api.hostile.answers import check_answer
from tests.client import URL, Api

pytestmark = pytest.mark.django_db

ROUNDS: Final = int(os.environ.get("ROUNDS", "10")) * 20
BODY: Final = json.dumps(
    {
        "query": WORKFLOWS,
        "operationName": "Many",
        "variables": {"filters": {"search": "Pür"}, "ordering": [{"nameEn": "ASC"}], "first": 5, "after": "x"},
        "extensions": {"a": [1, 2.5, None, True]},
    },
    ensure_ascii=False,
).encode()
PIECES: Final = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\u0000",
    b"\\ud800",
    b"NaN",
    b"1e999",
    b"{",
    b"]",
    b'"',
    b"\\",
    b"#",
)


def damaged(random: Random, given: bytes) -> bytes:
    """The bytes after one to three small accidents."""
    for _ in range(random.randint(1, 3)):
        at, length = random.randrange(len(given) + 1), random.randrange(20)
        piece = random.choice((b"", random.choice(PIECES), random.randbytes(3), given[at : at + length] * 2))
        given = given[:at] + piece + given[at + random.choice((0, length)) :]
    return given


def post(api: Api, body: bytes, **headers: str) -> Any:
    return api.http.post(URL, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_a_damaged_body_is_answered_as_a_clients_mistake(office: Office, accept: str) -> None:
    api, random = Api(office.owner), Random(7)
    for _ in range(ROUNDS):
        body = damaged(random, BODY)
        response = post(api, body, Accept=accept)
        assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"
        check_answer(response, told=repr(body))


def test_a_damaged_document_is_answered_as_a_clients_mistake(office: Office) -> None:
    api, random = Api(office.owner), Random(8)
    for _ in range(ROUNDS):
        document = damaged(random, WORKFLOWS.encode()).decode("utf-8", "replace")
        response = api.raw(document)
        check_answer(response, told=document)


def test_damaged_parameters_of_a_get_are_answered_as_a_clients_mistake(office: Office) -> None:
    api, random = Api(office.owner), Random(9)
    for _ in range(ROUNDS):
        variables = damaged(random, b'{"filters": {"search": "x"}, "first": 5}').decode("latin-1")
        response = api.http.get(URL, {"query": WORKFLOWS, "variables": variables, "operationName": "Many"})
        check_answer(response, told=variables)


@pytest.mark.parametrize(
    "value", ["1e400", "NaN", "-Infinity", "9" * 5_000, '{"a":' * 90 + "1" + "}" * 90, '"\\u0000"']
)
@pytest.mark.parametrize("place", ['"search": %s', '"status": %s', '"companyId": %s', "%s: 1"])
def test_a_value_that_no_column_can_hold_is_refused_wherever_it_stands(office: Office, place: str, value: str) -> None:
    variables = '{"filters": {' + place.replace("$", value) + "}}"
    body = f'{{"query": {json.dumps(WORKFLOWS)}, "variables": {variables}}}'
    response = post(Api(office.owner), body.encode())
    check_answer(response, told=body)
