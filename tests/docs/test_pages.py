"""The guide holds together: its links lead somewhere, its doors are the public ones, its tables are whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from django_workflow_engine import choices, services
from tests.docs.guide import GUIDE, PAGES, ROOT, examples_of

LINK = re.compile(r"\]\((?!https?:)(?P<page>[^)#]*)(?:#(?P<place>[^)]+))?\)")
PACKAGE = "django_workflow_engine"


def text_of(page) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page) -> set[str]:
    """What GitHub makes of the page's headings."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def imports(page) -> Iterator[str]:
    """The engine's modules that the page's examples import from."""
    for example in examples_of(page, lambda example: None):
        for node in ast.walk(ast.parse(str(example.parsed))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
                yield node.module.removeprefix(f"{PACKAGE}.")


def public_doors() -> set[str]:
    promised = text_of(GUIDE / "index.md").split("## What you may import")[1]
    return set(re.findall(r"`([\w.]+)`", promised))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_page_and_a_heading_that_exist(page):
    for link in LINK.finditer(text_of(page)):
        target = GUIDE / link["page"] if link["page"] else page
        assert target in PAGES, link.group()
        assert link["place"] is None or link["place"] in anchors(target), link.group()


def test_the_index_and_the_readme_lead_to_the_guide():
    assert {link["page"] for link in LINK.finditer(text_of(GUIDE / "index.md"))} == {
        page.name for page in PAGES if page.stem != "index"
    }
    assert "(docs/engine/index.md)" in text_of(ROOT / "README.md")


def test_examples_come_through_the_doors_that_the_index_promises():
    used = {name for page in PAGES for name in imports(page)}
    assert used - public_doors() == set()


def words_in_tables(page: str) -> set[str]:
    """What stands first in the rows of a page's tables."""
    return set(re.findall(r"^\| `([\w-]+)`", text_of(GUIDE / page), re.MULTILINE))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("running.md", {*choices.ErrorCode.values, *choices.StepType.values}),
        ("approvers.md", {*choices.ApprovalTypes.values, *choices.RoleSelectionStrategy.values}),
        ("templates.md", set(choices.WorkflowStrategy.names)),
        ("actions.md", set(choices.ActionType.names)),
        ("stuck.md", set(choices.StuckProblem.names)),
    ],
)
def test_tables_of_values_have_all_of_them(page, words):
    assert words - words_in_tables(page) == set()


def test_every_outcome_and_every_line_of_the_history_is_told():
    said = text_of(GUIDE / "running.md")
    values = [*choices.StepOutcome.values, *choices.EventKind.values]
    assert [value for value in values if f"`{value}`" not in said and f'"{value}"' not in said] == []


def test_every_verb_is_told():
    said = "\n".join(map(text_of, PAGES))
    assert [name for name in services.__all__ if not re.search(rf"\b{name}\b", said)] == []
