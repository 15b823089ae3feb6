"""Every world makes the journey, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PARTS = {"__init__", "app", "business", "conftest", "keyed", "models", "policies", "project", "schemas", "urls"}
ALL = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in PARTS and not file.stem.startswith("test_"))
WORLDS = os.environ.get("WORLDS", "").split() or ALL  # CI tries those that differ most; `make test` and `make soak` all
REFUSED = sorted(f"refused.{file.stem}" for file in HERE.glob("refused/[!_]*.py"))
MOST_SECONDS = 240
MIGRATIONS = """
import django
from django.core.management import call_command

django.setup()
call_command("makemigrations", "world", verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True)
"""  # in one process, for its start is what takes the time
INI = "[pytest]\ndjango_find_project = false\npythonpath = {root} {folder}\n"


class World:
    """A world's project in a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        (folder / "world_migrations").mkdir()
        (folder / "world_migrations" / "__init__.py").touch()
        (folder / "pytest.ini").write_text(INI.format(root=ROOT, folder=folder), encoding="utf-8")

    def run(self, *arguments: str, refused: bool = False) -> str:
        """What a command of the project said; it must succeed, or with `refused` fail, in time."""
        try:
            done = subprocess.run(
                [sys.executable, *arguments],
                cwd=self.folder,
                env=self._environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=MOST_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            pytest.fail(f"{self.name}: {arguments} took more than {MOST_SECONDS} seconds\n{late.stdout!r}")
        assert (done.returncode != 0) is refused, done.stdout[-12_000:] + done.stderr[-4_000:]
        return done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        usual = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return usual | {
            "DJANGO_SETTINGS_MODULE": f"tests.worlds.{self.name}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.folder)]),
            "WORLD_FOLDER": str(self.folder),
            "WORLD_NAME": self.name,
        }

    def django(self, *arguments: str, **options: bool) -> str:
        """What one of Django's commands said."""
        return self.run("-m", "django", *arguments, **options)

    def journey(self) -> None:
        """Run the journey inside of the project; it fails if any part of it does."""
        plain = ("-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist")
        place = (f"--rootdir={self.folder}", "-c", str(self.folder / "pytest.ini"))
        self.run("-m", "pytest", *plain, *place, str(HERE / "journey"))


def test_the_worlds_that_are_asked_for_are_there() -> None:
    assert {*WORLDS} <= {*ALL}


@pytest.mark.parametrize("name", WORLDS)
def test_the_journey_is_made(name: str, tmp_path: Path) -> None:
    world = World(name, tmp_path)
    world.run("-c", MIGRATIONS)
    world.journey()


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_refused_by_its_check(name: str, tmp_path: Path) -> None:
    world = World(name, tmp_path)
    check = world.run("-c", "from django.conf import settings; print(settings.REFUSED_BY)").strip()
    said = world.django("check", refused=True)
    assert f"({check}) " in said
    assert "HINT: " in said
