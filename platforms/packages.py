"""`python -m platforms.packages`: the engine alone in a project that has nothing else, and the API on top of it.

They are installed from the wheels; what pip makes of the sdists is the same.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from platforms.archives import Archives, built, refuse_other_content, refuse_what_is_not

ROOT: Final = Path(__file__).parents[1]
STEP_WITHIN: Final = 600  # seconds

# What the README says of a project of one's own, after `startproject`.
ENGINE: Final = """
INSTALLED_APPS += ["approval_workflow", "django_workflow_engine"]
APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["auth.Group"]}
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
MIDDLEWARE.insert(2, "django.middleware.locale.LocaleMiddleware")
"""
API: Final = """
INSTALLED_APPS += ["gql_workflows"]
"""
URLS: Final = """
from django.urls import include
urlpatterns.append(path("graphql", include("gql_workflows.urls")))
"""


def main() -> None:
    """Build all four, and try them; raises CalledProcessError at the step that failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine, api = built(ROOT / "engine", folder / "engine"), built(ROOT, folder / "api")
        refuse_what_is_not("django_workflow_engine", engine)
        refuse_what_is_not("gql_workflows", api)
        python = _environment(folder / "project")
        _try_the_engine(python, engine)
        _try_the_api(python, engine, api)
        _try_the_sdists(python, engine, api)


def _try_the_engine(python: Path, engine: Archives) -> None:
    print("--- the engine in a project of its own", flush=True)
    _install(python, f"{engine.wheel}[drf]")
    place = python.parents[2]
    _run(python, "-m", "django", "startproject", "bare", place, place=place)
    _append(place / "bare" / "settings.py", ENGINE)
    _ask(python, "bare_engine.py")


def _try_the_api(python: Path, engine: Archives, api: Archives) -> None:
    print("--- the API in the same project", flush=True)
    _install(python, engine.wheel, api.wheel)
    place = python.parents[2]
    _append(place / "bare" / "settings.py", API)
    _append(place / "bare" / "urls.py", URLS)
    _ask(python, "bare_project.py")


def _try_the_sdists(python: Path, *distributions: Archives) -> None:
    print("--- what pip makes of the sdists", flush=True)
    made = python.parents[2] / "made"
    sdists = [each.sdist for each in distributions]
    _run(python, "-m", "pip", "wheel", "-qq", "--no-deps", "-w", made, *sdists, place=ROOT)
    for each in distributions:
        refuse_other_content(made / each.wheel.name, each.wheel)


def _environment(place: Path) -> Path:
    """The interpreter of an empty environment; the place is the folder of the project, too."""
    python = place / "environment" / "bin" / "python"
    _run(ROOT / "requirements" / "environment.sh", python.parents[1], place=ROOT)
    return python


def _install(python: Path, *archives: object) -> None:
    """Ours are given all at once, so that none of them is looked for in an index."""
    place = python.parents[2]
    by_pip, by_uv = (python, "-m", "pip", "install", "-qq"), ("uv", "pip", "install", "--quiet", "--python", python)
    _run(*(by_uv if shutil.which("uv") else by_pip), "--constraint", _pins(place), *archives, place=place)


def _ask(python: Path, questions: str) -> None:
    """Bring the project's database up to date, and have the project answer."""
    place = python.parents[2]
    _run(python, "manage.py", "migrate", "--verbosity", "0", place=place)
    _run(python, "manage.py", "makemigrations", "--check", place=place)
    _run(python, "manage.py", "check", "--fail-level", "WARNING", place=place)
    shutil.copy(Path(__file__).with_name(questions), place)
    _run(python, questions, place=place)


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
