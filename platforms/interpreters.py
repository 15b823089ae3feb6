"""The interpreters of this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

Version = tuple[int, int]

PYTHONS: Final[tuple[Version, ...]] = ((3, 11), (3, 12), (3, 13), (3, 14))
_ANSWER_WITHIN: Final = 20  # seconds


def text_of(version: Version) -> str:
    """The version as people write it: 3.14."""
    return ".".join(map(str, version))


def interpreters() -> dict[Version, str]:
    """The interpreters that run here, by version: those on the PATH, and those that pyenv keeps."""
    found = {version: next(_runs_as(version), "") for version in PYTHONS}
    return {version: interpreter for version, interpreter in found.items() if interpreter}


def _runs_as(version: Version) -> Iterator[str]:
    name = f"python{text_of(version)}"
    kept = Path.home().glob(f".pyenv/versions/*/bin/{name}")
    for interpreter in [shutil.which(name), *map(str, sorted(kept))]:
        if interpreter and _answers(interpreter):
            yield interpreter


def _answers(interpreter: str) -> bool:
    """Whether it runs: a shim of pyenv is on the PATH, and refuses where its version is not chosen."""
    question = [interpreter, "-c", "import ensurepip, venv"]
    return subprocess.run(question, capture_output=True, timeout=_ANSWER_WITHIN, check=False).returncode == 0
