"""Settings of the replay: the engine and the API with nothing else, on SQLite in memory or DATABASE_URL."""

from typing import Any

import environ

env = environ.Env()

SECRET_KEY = "of a replay, which serves nobody"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "examples.replay.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "approval_workflow",
    "django_workflow_engine",
    "gql_workflows",
    "examples.replay",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL", default="sqlite://:memory:")}
APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_HANDLERS = ["django_workflow_engine.handlers.WorkflowApprovalHandler"]
DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": ["replay.Request"]}
