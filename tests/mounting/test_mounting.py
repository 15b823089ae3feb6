"""The project of the how-to works: built from the page's files alone, beside what `startproject` writes."""

from __future__ import annotations

from pathlib import Path

from tests.docs.guide import ROOT, files_of
from tests.docs.test_examples import run

PAGE = ROOT / "docs" / "mounting.md"
STARTED = """
SECRET_KEY = "mounting"
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3", "TEST": {"NAME": "test.sqlite3"}}
}
ROOT_URLCONF = "urls"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
"""


def build(folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    for file in files_of(PAGE):
        started = STARTED if file.path == "settings.py" else ""
        (folder / file.path).write_text(started + file.source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = settings\n", encoding="utf-8")


def test_the_project_of_the_how_to_keeps_what_the_page_promises(tmp_path):
    build(tmp_path)
    options = ("-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", str(tmp_path / "pytest.ini"))
    said = run(tmp_path, "-m", "pytest", *options, f"--rootdir={tmp_path}", str(Path(__file__).parent / "scenario.py"))
    assert "8 passed" in said
