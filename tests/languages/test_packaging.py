"""What is packed holds the catalogues as they are compiled from their texts at that moment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from catalogues.__main__ import path_of
from catalogues.extraction import PACKAGES
from hatch_build import ROOT, compiled
from tests.languages.entries import EACH

FILES = ("pyproject.toml", "hatch_build.py", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project as it is checked in, without a compiled catalogue."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("*.mo", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copytree(ROOT / "graphiql", tmp_path / "graphiql")
    return tmp_path


def build(checkout: Path, *arguments: str) -> Path:
    """The one archive that a build makes."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", "made", *arguments]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = (checkout / "made").iterdir()
    return archive


def test_a_wheel_holds_every_compiled_catalogue(checkout: Path) -> None:
    with ZipFile(build(checkout, "-t", "wheel")) as wheel:
        for package, language in EACH:
            source = path_of(package, language)
            inside = source.with_suffix(".mo").relative_to(ROOT).as_posix()
            assert wheel.read(inside) == compiled(source)


def test_a_wheel_says_that_it_is_typed_and_how_it_may_be_used(checkout: Path) -> None:
    with ZipFile(build(checkout, "-t", "wheel")) as wheel:
        names = set(wheel.namelist())
    assert names >= {f"{package}/py.typed" for package in PACKAGES}
    assert [name for name in names if name.endswith("dist-info/licenses/LICENSE")] != []


def test_an_editable_install_compiles_into_the_source(checkout: Path) -> None:
    build(checkout, "-t", "wheel:editable")
    for package, language in EACH:
        source = path_of(package, language)
        target = checkout / source.with_suffix(".mo").relative_to(ROOT)
        assert target.read_bytes() == compiled(source)
