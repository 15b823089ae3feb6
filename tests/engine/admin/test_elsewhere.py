"""The admin's approvals in another project: other people, other keys, another site."""

from __future__ import annotations

from pathlib import Path

from tests.docs.guide import ROOT
from tests.docs.test_examples import run

HERE = Path(__file__).parent / "elsewhere"


def test_an_administrator_of_another_project_names_people_and_roles(tmp_path):
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nDJANGO_SETTINGS_MODULE = tests.engine.admin.elsewhere.settings\npythonpath = {ROOT}\n"
    )
    options = ("-q", "--tb=short", "--noconftest", "-p", "no:cacheprovider", "-p", "no:xdist")
    said = run(
        ROOT,
        "-m",
        "pytest",
        *options,
        "-c",
        str(tmp_path / "pytest.ini"),
        f"--rootdir={tmp_path}",
        str(HERE / "scenario.py"),
    )
    assert "4 passed" in said
