"""What is asked over a websocket is read as it is over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.listening import run
from tests.api.test_sockets import socket

pytestmark = pytest.mark.django_db
TWO = "query A { __typename } query B { viewer { user { id } } }"
NO_JSON = ['{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 2}', '{"a": "\\ud800"}', '{"a": ' + "[" * 101 + "]" * 101 + "}"]


@pytest.mark.parametrize(
    ("asked", "data"),
    [
        ({"query": "{ __typename }", "operationName": ""}, {"__typename": "Query"}),
        ({"query": "query A { __typename }", "operationName": None, "variables": None}, {"__typename": "Query"}),
        ({"query": TWO, "operationName": "B", "variables": {}, "extensions": None}, {"viewer": None}),
        ({"query": "{ __typename }", "unknown": [1]}, {"__typename": "Query"}),
    ],
)
def test_names_and_values_that_are_none_are_left_out(asked: dict[str, Any], data: Any) -> None:
    async def scenario() -> None:
        async with socket() as client:
            await client.send({"type": "subscribe", "id": "1", "payload": asked})
            assert (await client.receive())["payload"] == {"data": data}

    run(scenario)


@pytest.mark.parametrize("variables", NO_JSON)
def test_json_that_not_every_reader_takes_alike_ends_the_connection(variables: str) -> None:
    async def scenario() -> None:
        async with socket() as client:
            payload = f'{{"query": "{{ __typename }}", "variables": {variables}}}'
            await client.send(f'{{"type": "subscribe", "id": "1", "payload": {payload}}}')
            assert (await client.receive())["code"] == 4400

    run(scenario)


def test_the_first_message_may_begin_with_a_byte_order_mark() -> None:
    async def scenario() -> None:
        async with socket() as client:
            await client.send('\ufeff{"type": "ping"}')
            assert await client.receive() == {"type": "pong"}

    run(scenario)
