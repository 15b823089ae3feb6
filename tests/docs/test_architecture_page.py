"""The page of the architecture names every room, and nothing that is not there."""

from __future__ import annotations

import importlib
import re
from contextlib import suppress

import pytest

from tests.docs.guide import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TITLES = {
    "django_workflow_engine": "Rooms of the engine, from the top",
    "gql_workflows": "Rooms of the API, from the top",
}
# Files for Python, Django, translators and browsers, and a name that something had before.
ASIDE = {"__init__", "locale", "migrations", "static", "templates", "py", "validators", "bodies"}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("package", TITLES)
def test_every_room_is_named_once(package: str) -> None:
    there = {path.stem for path in (ROOT / package).iterdir() if path.suffix == ".py" or path.is_dir()}
    rows = [line.split("|")[1] for line in section(TITLES[package]).splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(there - ASIDE - {"__pycache__"})


def is_there(name: str) -> bool:
    """Whether one of the packages has a module, or something in a module, of this dotted name."""
    module, _dot, attribute = name.rpartition(".")
    for package in TITLES:
        with suppress(ImportError):
            importlib.import_module(f"{package}.{name}")
            return True
        with suppress(ImportError):
            if hasattr(importlib.import_module(f"{package}.{module}"), attribute):
                return True
    return False


def test_the_walks_go_through_what_is_there() -> None:
    names = re.findall(r"`((?:[a-z_]+\.)+\w+)`", section("Three walks") + section("A field of a template"))
    assert len(names) == 44
    assert [name for name in names if not is_there(name)] == []
