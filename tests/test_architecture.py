"""What the layout promises: who imports whom, who assigns a status, and no model without its migration."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("django_workflow_engine", "gql_workflows")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of both packages, migrations aside, by its path in the project."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> Iterator[str]:
    """The dotted names that an import statement brings in, each with the module that it comes from."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers_of(module: str) -> list[str]:
    found = []
    for path, tree in modules():
        names = [name for node in ast.walk(tree) for name in imported(node)]
        if any(name == module or name.startswith(f"{module}.") for name in names):
            found.append(path)
    return found


def test_every_import_goes_the_way_that_the_contracts_allow():
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_the_approval_package_s_rows_are_named_in_one_place():
    assert importers_of("approval_workflow.models") == ["django_workflow_engine/models/steps.py"]


def test_nothing_calls_the_approval_package_s_services():
    """They have no transaction and no lock, and delete rows: the gateway writes its rows itself."""
    assert importers_of("approval_workflow.services") == []


def test_nobody_reads_through_the_approval_package_s_caches():
    assert importers_of("approval_workflow.utils") == []


def test_only_the_table_of_transitions_assigns_the_state_of_a_run():
    """Beside it, `models/rules.py` settles the state of templates, and the gateway the state of steps."""
    found = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store):
                found.add(path)
    assert found == {
        "django_workflow_engine/transitions.py",
        "django_workflow_engine/models/validation.py",
        "django_workflow_engine/approvals/gateway.py",
    }


def test_only_the_gateway_writes_a_state_in_bulk_and_only_that_of_steps():
    found = set()
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
                found |= {path for keyword in node.keywords if keyword.arg == "status"}
    assert found == {"django_workflow_engine/approvals/gateway.py"}


def test_imports_stand_at_the_top():
    """An app's `ready()` alone may import late: models are ready only then."""
    late = []
    for path, tree in modules():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        hidden = [node for function in functions for node in ast.walk(function) if list(imported(node))]
        late += [f"{path}:{node.lineno}" for node in hidden if not path.endswith("/apps.py")]
    assert late == []


def test_no_room_is_called_after_nothing_in_particular():
    names = {Path(path).name for path, _tree in modules()}
    assert names.isdisjoint({"utils.py", "helpers.py", "common.py"})
