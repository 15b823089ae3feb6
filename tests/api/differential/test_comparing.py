"""What counts as the same answer, and what does not."""

from __future__ import annotations

import json
from typing import Any

from tests.api.differential.comparing import same


def answer(data: Any, *path: Any, message: str = "No", status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps({"data": data, "errors": [{"message": message, "path": [*path]}]}).encode()


def test_which_item_of_a_list_made_what_is_above_it_null_is_not_said() -> None:
    assert same(answer({"a": None}, "a", "stages", 0, "name"), answer({"a": None}, "a", "stages", 1, "name"))
    assert same(answer(None, "stages", 0, "actions", 2), answer(None, "stages", 1, "actions", 0))


def test_everything_else_is() -> None:
    one = answer({"a": None}, "a", "stages", 0, "name")
    assert same(one, one)
    others = [
        answer({"a": None}, "a", "stages", 0, "order"),
        answer({"a": None}, "a", "stages", 0, "name", message="Yes"),
        answer({"a": None}, "a", "stages", 0, "name", status=400),
        answer({"a": None, "b": 1}, "a", "stages", 0, "name"),
        answer({"a": None}, "a", "stages", 0),
    ]
    assert not any(same(one, other) for other in others)


def test_places_above_a_null_are_said() -> None:
    data = {"stages": [{"name": None}, {"name": None}]}
    assert not same(answer(data, "stages", 0, "name"), answer(data, "stages", 1, "name"))


def test_the_order_of_keys_is_part_of_an_answer() -> None:
    assert not same(answer({"a": 1, "b": None}, "b", "c"), answer({"b": None, "a": 1}, "b", "c"))
