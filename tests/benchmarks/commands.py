"""A benchmark as a process, over a database of its own beside that of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.redis.servers import ROOT

SECONDS = 200  # of patience: the benchmark itself takes a fraction


def run(module: str, **variables: str) -> str:
    """What it prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
