"""Answers as bytes: what JSON has no form for is written as Django writes it."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.utils.translation import gettext_lazy

from gql_workflows.http.encoding import encoded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, 2.5, True, None, "ش"]}, '{"a":[1,2.5,true,null,"ش"]}'),
        ({"a": 2**70}, '{"a":1180591620717411303424}'),
        ({"a": "\ud800"}, '{"a":"\\ud800"}'),
        ({1: "a"}, '{"1":"a"}'),
        ([gettext_lazy("name")], '["name"]'),
        ([datetime.datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=datetime.UTC)], '["2026-01-02T03:04:05.678Z"]'),
    ],
)
def test_every_value_has_its_form(value: Any, expected: str) -> None:
    assert encoded(value).decode() == expected
    json.loads(encoded(value))
