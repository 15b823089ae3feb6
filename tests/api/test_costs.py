"""Documents that ask for much: pages in pages, and small texts that are written to be dear."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api.limiting import asked, limited, passes
from tests.client import URL, Api

pytestmark = pytest.mark.django_db
ROWS = "{ workflows(first: %s) { edges { node { pipelines { stages { id } } } } } }"
HEAVY = "workflowStatistics { overview { totalWorkflows } }"
TYPES = "types { fields { args { type { name } } } }"


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Fails where more functions are called within it: the work that was done, whatever the machine was busy with."""
    made = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    threading.setprofile(count)  # the request has a thread of its own
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(None)  # type: ignore[arg-type]
    assert 0 < made <= calls, made


class TestCost:
    """The values that an operation may have resolved: pages multiply, lists count LIST_SIZE objects."""

    @pytest.mark.parametrize(
        ("document", "variables", "cost"),
        [
            ("{ viewer { user { id } } }", {}, 3),
            ("{ viewer { permissions } }", {}, 2),
            ("{ workflows(first: 10) { totalCount } }", {}, 11),
            ("{ workflows(last: 10) { totalCount } }", {}, 11),
            ("{ workflows { totalCount } }", {}, 21),
            ("{ workflows(first: null) { totalCount } }", {}, 21),
            ("{ workflows(first: 5000) { totalCount } }", {}, 101),
            ("{ workflows(first: -7) { totalCount } }", {}, 2),
            ("{ workflows(first: 10) { edges { node { id } } } }", {}, 31),
            (ROWS % 2, {}, 1 + 2 * (1 + 1 + (1 + 4 * (1 + 4 * 1)))),
            ("query ($n: Int) { workflows(first: $n) { totalCount } }", {"n": 50}, 51),
            ("query ($n: Int = 30) { workflows(first: $n) { totalCount } }", {}, 31),
            ("query ($n: Int = 30) { workflows(first: $n) { totalCount } }", {"n": 7}, 8),
            ("query ($n: Int) { workflows(first: $n) { totalCount } }", {}, 21),
            ("query ($n: Int) { workflows(first: $n) { totalCount } }", {"n": "x"}, 21),
            ("{ nodes(ids: [1, 2, 3, 4, 5, 6]) { id } }", {}, 7 + 6 * 5),
            ("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["1"] * 9}, 10 + 9 * 5),
            ("{ a: workflows(first: 10) { ...C } b: workflows(first: 20) { ...C } } "
             "fragment C on WorkflowConnection { edges { node { id } } }", {}, 31 + 61),
            ("query A { __typename } query B { workflows(first: 10) { totalCount } }", {"operation": "A"}, 1),
        ],
    )  # fmt: skip
    def test_the_estimate(self, document: str, variables: dict[str, Any], cost: int) -> None:
        operation = variables.get("operation")
        sent = {"query": document, "variables": variables, "operationName": operation}
        with limited(COST=cost, LIST_SIZE=4):
            assert "LIMIT_EXCEEDED" not in Api().http.post(URL, sent, content_type="application/json").content.decode()
        if cost > 1:
            with limited(COST=cost - 1, LIST_SIZE=4):
                assert asked(document, **variables) == ("COST", cost - 1, cost)

    def test_pages_in_pages_are_refused_by_default(self) -> None:
        document = "{ attachments(first: 100) { edges { node { eventsPage(first: 100) { edges { node { step {"
        document += " attachment { eventsPage(first: 100) { totalCount } } } } } } } } } }"
        assert asked(document)[0] == "COST"


class TestBombs:
    """Small documents that ask for much are refused in no time."""

    DOUBLING = (
        "{ workflow(id: 1) { ...F0 } } "
        + " ".join(
            f"fragment F{n} on Workflow {{ a: clonedFrom {{ ...F{n + 1} }} b: clonedFrom {{ ...F{n + 1} }} }}"
            for n in range(30)
        )
        + " fragment F30 on Workflow { id }"
    )
    FLAT_DOUBLING = (
        "{ workflow(id: 1) { ...F0 } } "
        + " ".join(f"fragment F{n} on Workflow {{ ...F{n + 1} ...F{n + 1} }}" for n in range(300))
        + " fragment F300 on Workflow { id }"
    )

    @pytest.mark.parametrize(
        ("document", "limit"),
        [
            (DOUBLING, "FIELDS"),
            (FLAT_DOUBLING, "DEPTH"),
            ("{" + " ".join(f"a{n}: {HEAVY}" for n in range(400)) + "}", "ALIASES"),
            ("{ viewer {" + "user { id } " * 800 + "} }", "FIELDS"),
            ("{" + "... { " * 150 + "__typename" + " }" * 150 + "}", "DEPTH"),
            ("{ __schema {" + " ".join(f"a{n}: {TYPES}" for n in range(90)) + "} }", "COST"),
        ],
        ids=["doubling", "flat doubling", "aliases", "repeats", "inline fragments", "introspection"],
    )  # fmt: skip
    def test_a_bomb_is_refused_at_once(self, document: str, limit: str) -> None:
        api = Api()
        with at_most(400_000):  # 12,000 to 174,000
            errors = api.errors(document)
        assert limit in [error["extensions"].get("limit") for error in errors]
        assert {error["extensions"]["code"] for error in errors} == {"LIMIT_EXCEEDED"}

    def test_two_thousand_aliases_of_a_heavy_field_are_no_document(self) -> None:
        aliases = " ".join(
            f"a{number}: workflowStatistics {{ overview {{ totalWorkflows }} }}" for number in range(2_000)
        )
        (error,) = Api().errors("{" + aliases + "}")
        assert error["extensions"]["code"] == "LIMIT_EXCEEDED"

    @pytest.mark.parametrize(
        "document",
        [
            "{ ...A } fragment A on Query { ...A }",
            "{ ...A } fragment A on Query { viewer { user { id } } ...B } fragment B on Query { ...A __typename }",
            "{ ...Missing }",
            "{ ... on NoSuch { id } nothing { below } }",
        ],
    )
    def test_cycles_and_what_is_not_there_are_left_to_the_rules(self, document: str) -> None:
        assert {error["extensions"]["code"] for error in Api().errors(document)} == {"BAD_USER_INPUT"}

    @pytest.mark.parametrize(
        "selection",
        [
            "workflow { id } " * 245,
            'eventsPage(first: 1, after: "x") { totalCount } ' * 245,
            "workflow { company { id } } " * 160,
            ("workflow { " + "clonedFrom { id } " * 10 + "} ") * 22,
        ],
    )
    def test_the_rules_have_little_work_with_what_is_let_through(self, selection: str) -> None:
        document = "{ attachments { edges { node { " + selection + "} } } }"
        with at_most(4_000_000):  # 1.2 to 2.2 million
            assert passes(document)
