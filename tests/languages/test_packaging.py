"""What is packed holds its package alone, and the catalogues as they are compiled from their texts at that moment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from catalogues.__main__ import path_of
from catalogues.extraction import LANGUAGES
from engine.hatch_build import ROOT, compiled
from tests.languages.entries import EACH

FILES = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore")
FOLDERS = ("django_workflow_engine", "engine", "gql_workflows", "graphiql")
# Where each distribution is built, by the package that it holds.
PLACES: Final = {"django_workflow_engine": "engine", "gql_workflows": "."}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project as it is checked in, without a compiled catalogue."""
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    ignored = shutil.ignore_patterns("*.mo", "__pycache__")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored, symlinks=True)
    return tmp_path


def build(checkout: Path, package: str, target: str) -> Path:
    """The one archive that a build of this package makes."""
    made = checkout / "made" / package
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(made), "-t", target]
    place = checkout / PLACES[package]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = made.iterdir()
    return archive


def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.mark.parametrize("package", PLACES)
def test_a_wheel_holds_every_compiled_catalogue(checkout: Path, package: str) -> None:
    with ZipFile(build(checkout, package, "wheel")) as wheel:
        for language in LANGUAGES:
            source = path_of(package, language)
            inside = source.with_suffix(".mo").relative_to(ROOT).as_posix()
            assert wheel.read(inside) == compiled(source)


@pytest.mark.parametrize("package", PLACES)
def test_a_wheel_holds_its_package_says_that_it_is_typed_and_how_it_may_be_used(checkout: Path, package: str) -> None:
    with ZipFile(build(checkout, package, "wheel")) as wheel:
        names = set(wheel.namelist())
        (license_file,) = [name for name in names if name.endswith("dist-info/licenses/LICENSE")]
        assert wheel.read(license_file) == (ROOT / "LICENSE").read_bytes()
    assert f"{package}/py.typed" in names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {package}
    assert [name for name in names if name.startswith("gql_workflows/demo/")] == []


def test_the_api_needs_the_engine_of_its_own_version(checkout: Path) -> None:
    """The one place that tells the version is the dependency."""
    project = checkout / "pyproject.toml"
    text, changed = re.subn(r"gql-workflows-engine==[\d.]+", "gql-workflows-engine==9.8.7", project.read_text("utf-8"))
    assert changed == 1
    project.write_text(text, encoding="utf-8")
    engine, api = (metadata(build(checkout, package, "wheel")) for package in PLACES)
    assert (engine["Name"], engine["Version"], api["Name"], api["Version"]) == (
        "gql-workflows-engine",
        "9.8.7",
        "gql-workflows",
        "9.8.7",
    )
    assert "gql-workflows-engine==9.8.7" in api.get_all("Requires-Dist", [])


def test_editable_installs_compile_into_the_source(checkout: Path) -> None:
    for package in PLACES:
        with ZipFile(build(checkout, package, "wheel:editable")) as wheel:
            (paths,) = [wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".pth")]
        assert paths.split() == [str(checkout)]
    for package, language in EACH:
        source = path_of(package, language)
        target = checkout / source.with_suffix(".mo").relative_to(ROOT)
        assert target.read_bytes() == compiled(source)
