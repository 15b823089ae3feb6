"""The parts of the access policy, as the guide's table tells them."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any

import pytest

from gql_workflows.http.bodies import with_body_limit
from gql_workflows.permissions import AccessPolicy
from tests.docs.guide import ROOT

PARTS = [part for part in AccessPolicy.__mro__ if part.__module__.startswith("gql_workflows.access.")]


def told() -> dict[str, set[str]]:
    text = (ROOT / "docs" / "mounting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \|$", text, re.MULTILINE)
    return {part: set(re.findall(r"`(\w+)`", methods)) for part, methods in rows}


def methods(part: type) -> dict[str, Any]:
    return {name: method for name, method in vars(part).items() if not name.startswith("_")}


def test_every_method_of_every_part_is_told() -> None:
    names = {part: f"{part.__module__.rpartition('.')[2]}.{part.__name__}" for part in PARTS}
    assert told() == {names[part]: set(methods(part)) for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_every_method_says_what_it_answers(part: type) -> None:
    assert [name for name, method in methods(part).items() if not method.__doc__] == []


def test_with_body_limit_is_found_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gql_workflows.bodies", raising=False)
    with pytest.warns(DeprecationWarning, match="gql_workflows.http.bodies"):
        former = importlib.import_module("gql_workflows.bodies")
    assert former.with_body_limit is with_body_limit
