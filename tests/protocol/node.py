"""What the tests need of Node.js: the program, and the packages of two lock files."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = Path(__file__).parent
FRONTEND = FOLDER.parent / "frontend"


def missing() -> str | None:
    """What is not there, as a sentence; None where everything is."""
    if shutil.which("node") is None:
        return "there is no node on the PATH"
    for folder in (FOLDER, FRONTEND):
        if not (folder / "node_modules" / ".package-lock.json").is_file():
            return f"the packages of tests/{folder.name} are not installed: run `make node`"
    return None
