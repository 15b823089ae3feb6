"""Every Python block of the guide runs, in a project that consists of what the guide shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.guide import PAGES, ROOT, examples_of
from tests.docs.project import build

EXAMPLES = ROOT / "tests" / "docs" / "examples.py"
# The project is where it is built, and not where pytest-django finds a manage.py.
PYTEST_INI = "[pytest]\nDJANGO_SETTINGS_MODULE = settings\ndjango_find_project = false\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    build(tmp_path)
    (tmp_path / "pytest.ini").write_text(PYTEST_INI, encoding="utf-8")
    run(tmp_path, "-m", "django", "makemigrations", "shop", "--settings=settings")
    return tmp_path


def run(project: Path, *arguments: str) -> str:
    """What a command said that is run in the project with the packages of this checkout; it must succeed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(project), str(ROOT)])}
    for name in ("DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_example_runs_in_the_order_of_its_page(project):
    options = ("-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", str(project / "pytest.ini"))
    said = run(project, "-m", "pytest", *options, f"--rootdir={project}", str(EXAMPLES))
    assert f"{len(PAGES)} passed" in said


def test_django_finds_nothing_wrong_with_the_project(project):
    said = run(project, "-m", "django", "check", "--settings=settings", "--fail-level=WARNING")
    assert "no issues" in said


def test_pages_have_examples_or_lead_to_others():
    without = [page.stem for page in PAGES if not list(examples_of(page, lambda example: None))]
    assert without == ["index"]
