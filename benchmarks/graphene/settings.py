"""A project that has the engine and graphene-django, and nothing of our API."""

import os
from urllib.parse import urlsplit

_database = urlsplit(os.environ["BENCHMARK_DATABASE"])

SECRET_KEY = "benchmark-only"
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "approval_workflow",
    "django_workflow_engine",
    "graphene_django",
    "tests.testapp",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.removeprefix("/"),
        "USER": _database.username or "",
        "PASSWORD": _database.password or "",
        "HOST": _database.hostname or "",
        "PORT": str(_database.port or ""),
    }
}
APPROVAL_ROLE_MODEL = "auth.Group"
GRAPHENE = {"SCHEMA": "benchmarks.graphene.schema.schema"}
