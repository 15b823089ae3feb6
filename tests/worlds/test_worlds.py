"""Every world makes the journey, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PARTS = {"__init__", "app", "business", "conftest", "models", "project"}
WORLDS = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in PARTS and not file.stem.startswith("test_"))
MOST_SECONDS = 240
INI = "[pytest]\ndjango_find_project = false\npythonpath = {root} {folder}\n"


class World:
    """A world's project in a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        (folder / "world_migrations").mkdir()
        (folder / "world_migrations" / "__init__.py").touch()
        (folder / "pytest.ini").write_text(INI.format(root=ROOT, folder=folder), encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """What a command of the project said; it must succeed in time."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment |= {
            "DJANGO_SETTINGS_MODULE": f"tests.worlds.{self.name}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.folder)]),
            "WORLD_FOLDER": str(self.folder),
            "WORLD_NAME": self.name,
        }
        try:
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=MOST_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            pytest.fail(f"{self.name}: {arguments} took more than {MOST_SECONDS} seconds\n{late.stdout!r}")
        assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-4_000:]
        return done.stdout

    def journey(self) -> str:
        """Run the journey inside of the project."""
        options = (
            "-q",
            "--tb=short",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "-c",
            str(self.folder / "pytest.ini"),
        )
        return self.run("-m", "pytest", *options, f"--rootdir={self.folder}", str(HERE / "journey"))


@pytest.mark.parametrize("name", WORLDS)
def test_the_journey_is_made(name: str, tmp_path: Path) -> None:
    world = World(name, tmp_path)
    world.run("-m", "django", "makemigrations", "world", "--verbosity=0")
    world.run("-m", "django", "makemigrations", "--check", "--dry-run")
    assert " failed" not in world.journey()
