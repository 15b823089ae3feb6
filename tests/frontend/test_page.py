"""The page's lists are the schema's, and its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import build_schema, get_named_type, is_object_type

from tests.frontend.project import PAGE, ROOT, files

SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
FILES = dict(files())
ROOTS = ("Query", "Mutation", "Subscription")
# what Graphcache's and Apollo's helpers keep by themselves, and what only a mutation answers with
KEPT = re.compile(r"(Connection|Edge|Payload|PageInfo)$")


def objects() -> Iterator[Any]:
    return (type_ for name, type_ in SCHEMA.type_map.items() if is_object_type(type_) and not name.startswith("__"))


def connections(type_name: str) -> set[str]:
    fields: Any = SCHEMA.type_map[type_name]
    return {name for name, field in fields.fields.items() if get_named_type(field.type).name.endswith("Connection")}


def test_urql_is_told_of_every_type_without_an_id() -> None:
    told = re.search(r"const PARTS = \[(.*?)\];", FILES["src/urql.js"], re.DOTALL)
    parts = {type_.name for type_ in objects() if "id" not in type_.fields and type_.name not in ROOTS}
    assert told is not None
    assert set(re.findall(r'"(\w+)"', told[1])) == {
        name for name in parts if not KEPT.search(name) or name == "DiagramEdge"
    }


@pytest.mark.parametrize("type_name", ["Query", "WorkflowAttachment"])
@pytest.mark.parametrize("path", ["src/apollo.js", "src/urql.js"])
def test_every_list_of_pages_is_joined(path: str, type_name: str) -> None:
    for name in connections(type_name):
        assert re.search(rf'\b{name}: relayStylePagination\(|"{name}"', FILES[path]), name


def test_no_other_type_has_pages() -> None:
    assert {type_.name for type_ in objects() if connections(type_.name)} == {"Query", "WorkflowAttachment"}


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", PAGE))))
def test_every_place_that_the_page_leads_to_is_there(target: str) -> None:
    assert (ROOT / "docs" / target).exists()
