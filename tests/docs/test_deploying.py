"""The page on deployment says what the server reads, and its set-up is one that Django finds nothing wrong with."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.guide import ROOT, files_of
from tests.server.place import SETTINGS, python
from tests.server.variables import defaults

DOCS = ROOT / "docs"
PAGE = DOCS / "deploying.md"
LINK = re.compile(r"\]\((?!https?:)(?P<page>[^)#]*)(?:#(?P<place>[^)]+))?\)")
# Defaults that the code makes of something.
MADE = {
    "DATABASE_URL": "`sqlite:///DATA_DIR/db.sqlite3`",
    "EMAIL_URL": "`smtp://localhost:25`",
    "STATIC_ROOT": "`DATA_DIR/static`",
}


def rows() -> list[list[str]]:
    """The cells of the tables of variables."""
    tables = PAGE.read_text("utf-8").split("\n## Settings\n")[1].split("\n## The first start\n")[0]
    lines = [line for line in tables.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def block(title: str) -> str:
    """The content of the block with this title."""
    found = re.search(rf'```\w+ title="{re.escape(title)}"\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL)
    assert found, title
    return found[1]


def production() -> dict[str, str]:
    """The variables of the documented set-up, as a shell reads them."""
    script = f"set -a\n{block('production.env')}env -0"
    said = subprocess.run(["env", "-i", "sh", "-ec", script], capture_output=True, text=True, check=True, timeout=60)
    return dict(pair.split("=", 1) for pair in said.stdout.split("\0") if pair and not pair.startswith(("PWD=", "_=")))


def as_told(name: str, source: str) -> str:
    """How the page writes a default."""
    if name in MADE:
        return MADE[name]
    value = ast.literal_eval(source)
    if value in ("", None, []):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{','.join(value) if isinstance(value, list) else value}`"


def test_every_variable_that_the_server_reads_is_told_once_with_its_default() -> None:
    told = [(name.strip("`"), default) for name, default, _effect in rows()]
    assert sorted(told) == sorted((name, as_told(name, source)) for name, source in defaults().items())


def test_every_row_has_an_effect() -> None:
    assert [row for row in rows() if len(row) != 3 or not row[2].endswith(".")] == []


def test_the_server_reads_its_environment_through_one_door() -> None:
    """Else a variable could be read that the table does not tell."""
    server = ROOT / "gql_workflows" / "server"
    direct = re.compile(r"os\.(getenv|environ\.get|environ\[(?!\"DEMO\"\] =))|environ\.Env\(")
    assert [path.name for path in server.rglob("*.py") if direct.search(path.read_text("utf-8"))] == ["environment.py"]


def test_django_finds_nothing_wrong_with_the_documented_production(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    model = "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.TextField()\n"
    (tmp_path / "shop" / "models.py").write_text(model)
    policy = "from gql_workflows.permissions import AccessPolicy as Policy\n"
    (tmp_path / "shop" / "access.py").write_text(policy)
    own = {**production(), "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": SETTINGS}
    command = ["-m", "django", "check", "--deploy", "--fail-level=WARNING"]
    done = python(*command, folder=tmp_path, **own)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout
    without = {name: value for name, value in own.items() if name != "SECURE_SSL_REDIRECT"}
    assert "security.W008" in python(*command, folder=tmp_path, **without).stderr


@pytest.mark.parametrize(
    "link", [pytest.param(link, id=link.group()) for link in LINK.finditer(PAGE.read_text("utf-8"))]
)
def test_every_link_leads_to_a_page_and_a_heading(link: re.Match[str]) -> None:
    target = (DOCS / link["page"]) if link["page"] else PAGE
    headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
    places = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert link["place"] is None or link["place"] in places


def test_the_settings_of_a_project_are_those_of_the_page() -> None:
    (own,) = (file for file in files_of(PAGE) if file.path == "mysite/settings.py")
    assert own.source in (ROOT / "tests" / "server" / "test_running.py").read_text("utf-8").replace("\\\n", "")
