"""What the tests need of Node.js: the program, and the packages of this folder's lock file."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = Path(__file__).parent


def missing() -> str | None:
    """What is not there, as a sentence; None where everything is."""
    if shutil.which("node") is None:
        return "there is no node on the PATH"
    if not (FOLDER / "node_modules" / ".package-lock.json").is_file():
        return "the packages of tests/protocol are not installed: run `make node`"
    return None
