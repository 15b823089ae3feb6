"""The project of docs/frontend.md: its files, the schema, and the scenarios of this folder, bundled together."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.protocol.node import FRONTEND

ROOT: Final = FRONTEND.parents[1]
PAGE: Final = (ROOT / "docs" / "frontend.md").read_text("utf-8")
SECONDS: Final = 120  # for one command; what a client waits for has a limit of its own
_BLOCK: Final = re.compile(r'^```\w+ title="(?P<path>[^"]+)"\n(?P<source>.*?)^```$', re.MULTILINE | re.DOTALL)


def files() -> Iterator[tuple[str, str]]:
    """The path and the text of each file that the page shows."""
    for block in _BLOCK.finditer(PAGE):
        yield block["path"], block["source"]


def write(folder: Path) -> None:
    """Put the project there, where its packages are found."""
    for path, source in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(source, "utf-8")
    shutil.copy(ROOT / "schema.graphql", folder)
    shutil.copytree(FRONTEND / "scenarios", folder / "scenarios")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command said that is run in the project; it must succeed."""
    done = subprocess.run(
        command, cwd=folder, env={**_environment(), **environment}, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment() -> dict[str, str]:
    return {"PATH": f"{FRONTEND / 'node_modules' / '.bin'}:{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/")}
