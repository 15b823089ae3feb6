"""The project of the page, built once, and a live server with something to decide."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gql_workflows.demo.server import Running, demo_server
from tests.frontend import project
from tests.protocol.node import FRONTEND

FILL = "import django; django.setup(); from tests.frontend.fill import fill; fill()"


@pytest.fixture(scope="session")
def built() -> Iterator[Path]:
    (FRONTEND / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FRONTEND / "build") as name:  # below the packages, where they are found
        folder = Path(name)
        project.write(folder)
        project.run(folder, "relay-compiler")
        project.run(folder, "node", str(FRONTEND / "build.js"), str(folder))
        yield folder


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    with demo_server() as running:
        environment = dict(running.environment)
        subprocess.run([sys.executable, "-c", FILL], check=True, cwd=project.ROOT, env=environment, timeout=120)
        yield running
