"""The sdist and the wheel of each distribution, and what they may hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

BUILD_WITHIN: Final = 600  # seconds
_NOWHERE: Final = ("benchmarks/", "catalogues/", "examples/", "gql_workflows/demo/", "platforms/", "tests/")
_GRAPHIQL: Final = "gql_workflows/static/gql_workflows/graphiql/manifest.json"


@dataclass(frozen=True, kw_only=True)
class Archives:
    """What is published of one distribution."""

    sdist: Path
    wheel: Path


def built(source: Path, folder: Path) -> Archives:
    """Both archives of the pyproject.toml in `source`: the wheel is built from what the sdist holds.

    `folder` must be empty. Raises CalledProcessError where a build fails.
    """
    sdist = _build("sdist", source, folder)
    shutil.unpack_archive(sdist, folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    return Archives(sdist=sdist, wheel=_build("wheel", unpacked, folder))


def refuse_what_is_not(package: str, archives: Archives) -> None:
    """Raise AssertionError where an archive holds more than this package, or a wheel less than all of it."""
    in_wheel, in_sdist = _names(archives.wheel), _names(archives.sdist)
    languages = {f"{package}/locale/{language}/LC_MESSAGES/django.mo" for language in ("ar", "en")}
    assert in_wheel >= {f"{package}/py.typed", *languages}
    assert {name.split("/")[0] for name in in_wheel if ".dist-info/" not in name} == {package}
    assert (_GRAPHIQL in in_wheel, _GRAPHIQL in in_sdist) == ((package == "gql_workflows"),) * 2
    assert [name for name in in_wheel | in_sdist if name.startswith(_NOWHERE)] == []


def refuse_other_content(one: Path, other: Path) -> None:
    """Raise AssertionError where two wheels differ in what is imported from them."""
    assert _content(one) == _content(other)


def _build(target: str, source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder / target)]
    subprocess.run(command, cwd=source, timeout=BUILD_WITHIN, check=True)
    (archive,) = (folder / target).iterdir()
    return archive


def _names(archive: Path) -> Set[str]:
    """The paths in an archive, without the folder that all those of an sdist have in common."""
    if archive.suffix == ".whl":
        return set(ZipFile(archive).namelist())
    with tarfile.open(archive) as sdist:
        return {name.partition("/")[2] for name in sdist.getnames()}


def _content(wheel: Path) -> dict[str, int]:
    """The checksum of each file, but for those that also say what built them."""
    infos = [info for info in ZipFile(wheel).infolist() if ".dist-info/" not in info.filename]
    return {info.filename: 0 if info.filename.endswith(".mo") else info.CRC for info in infos}
