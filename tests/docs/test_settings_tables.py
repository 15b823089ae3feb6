"""The tables of settings say what the code reads, with its defaults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import approval_workflow
import pytest

from django_workflow_engine import conf
from django_workflow_engine.conf.beside import BESIDE
from django_workflow_engine.conf.engine import ENGINE as ENGINE_OPTIONS
from gql_workflows.conf.options import API
from tests.docs.guide import ROOT
from tests.docs.project import SETUP

ENGINE = ROOT / "django_workflow_engine"
APPROVALS = Path(approval_workflow.__file__).parent


def section(title: str) -> str:
    """The text below one heading of the set-up page."""
    return SETUP.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    """The cells of the section's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names_read(package: Path) -> Iterator[str]:
    """The settings that a package asks for by name: as a text, as a constant of `conf`, or by its table."""
    if package == ENGINE:
        yield from BESIDE.options
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "getattr"
                and ast.unparse(node.args[0]) == "settings"
                and ast.unparse(node.args[1]) not in ("name", "self.setting")
            ):
                yield _value(node.args[1])


def _value(name: ast.expr) -> Any:
    return name.value if isinstance(name, ast.Constant) else getattr(conf, ast.unparse(name))


@pytest.mark.parametrize(("title", "table"), [("`DJANGO_WORKFLOW_ENGINE`", ENGINE_OPTIONS), ("Other settings", BESIDE)])
def test_the_tables_are_those_in_the_code(title, table):
    assert [line for line in section(title).splitlines() if line.startswith("| `")] == table.rows()


def test_every_other_setting_that_the_two_packages_read_is_told():
    told = {name.strip("`") for name, *_rest in rows("Other settings")}
    assert told == {*names_read(ENGINE), *names_read(APPROVALS)} - {"DJANGO_WORKFLOW_ENGINE"}


@pytest.mark.parametrize("title", ["`DJANGO_WORKFLOW_ENGINE`", "Other settings"])
def test_every_row_has_a_type_a_default_and_an_effect(title):
    assert [row for row in rows(title) if len(row) != 4 or not all(row) or not row[3].endswith(".")] == []


def test_the_engine_asks_for_settings_by_name_alone():
    """Else a setting could be read that the test above does not see."""
    direct = re.compile(r"\bsettings\.(?!AUTH_USER_MODEL)[A-Z]")
    found = [path.name for path in ENGINE.rglob("*.py") if direct.search(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("table", [ENGINE_OPTIONS, BESIDE, API])
def test_every_default_fits_its_own_shape(table):
    """GRAPHIQL's is another setting."""
    unfit = [option.name for option in table.options.values() if not option.shape.fits(option.default)]
    assert unfit == (["GRAPHIQL"] if table is API else [])
