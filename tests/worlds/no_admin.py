"""The project serves the API alone: no admin, no messages."""

from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import INSTALLED_APPS as ALL

INSTALLED_APPS = [app for app in ALL if app not in {"django.contrib.admin", "django.contrib.messages"}]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = []
ROOT_URLCONF = "tests.worlds.urls"
has_admin = False
