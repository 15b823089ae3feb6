"""`python -m platforms.packages`: the wheel and the sdist, each installed into a project that has nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
QUESTIONS: Final = Path(__file__).with_name("bare_project.py")
STEP_WITHIN: Final = 600  # seconds

# What the README says of a project of one's own, after `startproject`.
SETTINGS: Final = """
INSTALLED_APPS += ["approval_workflow", "django_workflow_engine", "gql_workflows"]
APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["auth.Group"]}
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
MIDDLEWARE.insert(2, "django.middleware.locale.LocaleMiddleware")
"""
URLS: Final = """
from django.urls import include
urlpatterns.append(path("graphql", include("gql_workflows.urls")))
"""


def main() -> None:
    """Build both, and try each; raises CalledProcessError at the step that failed."""
    with tempfile.TemporaryDirectory() as folder:
        for archive in _archives(Path(folder)):
            print(f"--- {archive.name} in a project of its own", flush=True)
            _try(archive, Path(folder) / archive.suffix.removeprefix("."))


def _archives(folder: Path) -> Iterator[Path]:
    """The sdist, and the wheel that is built from what the sdist holds."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder / "dist", place=ROOT)
    (sdist,) = (folder / "dist").iterdir()
    shutil.unpack_archive(sdist, folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", place=source)
    yield sdist
    yield from (folder / "dist").glob("*.whl")


def _try(archive: Path, place: Path) -> None:
    python = place / "environment" / "bin" / "python"
    _run(ROOT / "requirements" / "environment.sh", python.parents[1], place=ROOT)
    _run(python, "-m", "pip", "install", "-qq", "--constraint", _pins(place), archive, place=place)
    _run(python, "-m", "django", "startproject", "bare", place, place=place)
    _append(place / "bare" / "settings.py", SETTINGS)
    _append(place / "bare" / "urls.py", URLS)
    _run(python, "manage.py", "migrate", "--verbosity", "0", place=place)
    _run(python, "manage.py", "makemigrations", "--check", place=place)
    _run(python, "manage.py", "check", "--fail-level", "WARNING", place=place)
    shutil.copy(QUESTIONS, place)
    _run(python, QUESTIONS.name, place=place)


def _pins(place: Path) -> Path:
    """The lock's releases, so that only we change the answer; without hashes, which our archive has not."""
    lock = (ROOT / "requirements" / "dev.lock").read_text("utf-8")
    pins = re.findall(r"^([a-z0-9-]+)(?:\[\S*\])?(==[^ ]+)", lock, re.MULTILINE)
    file = place / "constraints.txt"
    file.write_text("\n".join(map("".join, pins)), encoding="utf-8")
    return file


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def _run(*command: object, place: Path) -> None:
    subprocess.run([str(word) for word in command], cwd=place, timeout=STEP_WITHIN, check=True)


if __name__ == "__main__":
    main()
