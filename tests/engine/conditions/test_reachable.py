"""Whether a condition can hold at all: compared with trying every value."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from itertools import product
from typing import Any, Final

import pytest

from django_workflow_engine.conditions.judging import Facts, judge
from django_workflow_engine.conditions.reachable import may_be_asked
from django_workflow_engine.definitions.conditions.reading import read_condition
from tests.engine.conditions.routes import compare
from tests.testapp.models import Claim, Deal, Document

ORDERED: Final = ("equal", "not_equal", "less", "less_or_equal", "greater", "greater_or_equal")


def some_comparison(chance: random.Random) -> dict[str, Any]:
    match chance.choice(["rank", "ranks", "status", "empty"]):
        case "rank":
            return compare("rank", chance.choice(ORDERED), chance.randint(0, 4))
        case "ranks":
            return compare("rank", chance.choice(["in", "not_in"]), chance.sample(range(5), chance.randint(1, 3)))
        case "status":
            return compare("status", chance.choice(["equal", "not_equal"]), chance.choice(Deal.Status.values))
        case _:
            return compare("status", chance.choice(["is_empty", "is_not_empty"]))


def some_condition(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    kind = chance.choice(["compare", "all", "all", "any", "not"]) if depth else "compare"
    if kind == "compare":
        return some_comparison(chance)
    if kind == "not":
        return {"not": some_condition(chance, depth - 1)}
    return {kind: [some_condition(chance, depth - 1) for _part in range(chance.randint(1, 4))]}


def read(condition: Any) -> Any:
    faults: list[Any] = []
    found = read_condition(condition, (), faults)
    assert faults == []
    return found


def test_it_can_be_asked_exactly_where_some_row_is() -> None:
    chance, seen = random.Random(11), Counter[bool]()
    rows = [Deal(rank=rank, status=status) for rank, status in product(range(-1, 6), Deal.Status.values)]
    facts = [Facts(target=row, metadata={}, form=dict) for row in rows]
    for _turn in range(2_000):
        condition = some_condition(chance)
        expression = read(condition)
        asked = any(judge(expression, one).is_asked for one in facts)
        assert may_be_asked(expression, [Deal]) is asked, condition
        seen[asked] += 1
    assert min(seen[True], seen[False]) > 100


def both(*parts: Any) -> dict[str, Any]:
    return {"all": list(parts)}


NEVER = {
    "between two numbers that follow each other": both(compare("rank", "greater", 1), compare("rank", "less", 2)),
    "more than it is": both(compare("amount", "greater", 5), compare("amount", "less", 5)),
    "none of its choices": compare("status", "not_in", ["draft", "won", "lost"]),
    "both of two texts": both(compare("title", "equal", "a"), compare("title", "equal", "b")),
    "a key that is there and is not": both(compare("title", "is_empty"), compare("title", "equal", "b")),
}
SOMETIMES = {
    "between two numbers": both(compare("rank", "greater", 1), compare("rank", "less", 3)),
    "between two decimals": both(compare("amount", "greater", 1), compare("amount", "less", 2)),
    "another text": compare("title", "not_equal", "a"),
    "parts of texts are not tried": both(compare("title", "contains", "ab"), compare("title", "equal", "c")),
    "metadata may be anything": both(compare("metadata.a", "equal", 1), compare("metadata.a", "equal", 2)),
    "a field that no model has is told otherwise": both(compare("pay", "equal", 1), compare("pay", "equal", 2)),
}


@pytest.mark.parametrize("condition", NEVER.values(), ids=NEVER)
def test_what_can_never_hold(condition: Any) -> None:
    assert may_be_asked(read(condition), [Deal]) is False


@pytest.mark.parametrize("condition", SOMETIMES.values(), ids=SOMETIMES)
def test_what_can_hold(condition: Any) -> None:
    assert may_be_asked(read(condition), [Deal]) is True


def test_a_value_that_may_be_missing_lets_it_be_asked() -> None:
    assert may_be_asked(read(both(compare("days", "greater", 1), compare("days", "less", 2))), [Claim])


def test_one_model_for_which_it_can_hold_is_enough() -> None:
    titles = read(both(compare("title", "equal", "a"), compare("title", "equal", "b")))
    assert may_be_asked(titles, [Deal, Document]) is False
    assert may_be_asked(read(compare("rank", "less", 2)), [Document, Deal]) is True


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_are_tried(day: date) -> None:
    assert may_be_asked(read(compare("due", "equal", day.isoformat())), [Claim])


def test_very_many_values_are_taken_for_possible() -> None:
    never = (compare("amount", "less", 0), compare("amount", "greater", 0))
    few = [compare("rank", "not_equal", number) for number in range(40)]
    many = [compare("amount", "not_equal", number) for number in range(100)]
    assert may_be_asked(read(both(*few, *never)), [Deal]) is False
    assert may_be_asked(read(both(*few, *many, *never)), [Deal]) is True
