"""The reader's project, made of the files that the guide shows and of nothing else but a database."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from tests.docs.guide import GUIDE, PAGES, SETTINGS, files_of

SETUP: Final = GUIDE / "setup.md"
# What Django's own `startproject` writes, as far as the admin and a database need it.
_STARTED: Final = """
import database
import environ

SECRET_KEY = "guide"
USE_TZ = True
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": environ.Env().db_url("DATABASE_URL", default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = database.OPTIONS
else:  # the suite that starts this one has a test database of its own
    DATABASES["default"]["TEST"] = {"NAME": f"guide_{DATABASES['default']['NAME']}"}
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
STATIC_URL = "static/"
"""
_URLS: Final = """
from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
"""


def build(folder: Path) -> None:
    """Write the project; settings that a page other than the set-up shows are for that page alone."""
    sources: dict[str, list[str]] = defaultdict(list, {SETTINGS: [_STARTED], "urls.py": [_URLS]})
    for page in PAGES:
        for file in files_of(page):
            if file.path != SETTINGS or page == SETUP:
                sources[file.path].append(file.source)
    for path, pieces in sources.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n\n".join(pieces), encoding="utf-8")
        if target.parent != folder:
            (target.parent / "__init__.py").touch()
