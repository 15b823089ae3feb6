"""`python -m platforms TESTS…`: these tests in an environment for each pair of an interpreter and a Django.

It ends with 1 where a pair failed, and where a Django could not be tried because its Python is not here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from platforms.cells import Cell, NoInterpreter, cells
from platforms.interpreters import PYTHONS, interpreters, text_of

ROOT: Final = Path(__file__).parents[1]
ENVIRONMENTS: Final = ROOT / ".venv-platforms"
LOCKS: Final = ROOT / "requirements"
INSTALL_WITHIN: Final = 600  # seconds
TEST_WITHIN: Final = 1200  # seconds


def main(tests: Sequence[str]) -> None:
    """Try every pair, say how each went, and fail where one did."""
    found = interpreters()
    missing = [text_of(version) for version in PYTHONS if version not in found]
    print(f"Not here, so not tried: Python {', '.join(missing)}" if missing else "Every Python is here", flush=True)
    try:
        pairs = cells(found=found, default=sys.version_info[:2])
    except NoInterpreter as missing_python:
        sys.exit(str(missing_python))
    failed = [str(cell) for cell in pairs if not _passes(cell, found[cell.python], tests)]
    if failed:
        sys.exit(f"Failed: {'; '.join(failed)}")
    print(f"Passed: {'; '.join(map(str, pairs))}")


def _passes(cell: Cell, interpreter: str, tests: Sequence[str]) -> bool:
    print(f"\n--- {cell} ({interpreter})", flush=True)
    folder = ENVIRONMENTS / f"python-{text_of(cell.python)}-django-{cell.django}"
    subprocess.run(
        [LOCKS / "environment.sh", folder, LOCKS / "dev.lock", *LOCKS.glob(f"django-{cell.django}.lock")],
        env={**os.environ, "PYTHON": interpreter},
        timeout=INSTALL_WITHIN,
        check=True,
    )
    command = [folder / "bin" / "python", "-m", "pytest", "-n", "2", *tests]
    return subprocess.run(command, cwd=ROOT, timeout=TEST_WITHIN, check=False).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:])
