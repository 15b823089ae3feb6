"""What most projects have in common; a world takes it with `import *` and says what differs."""

import os
from pathlib import Path

import environ

from tests.worlds.business import business_models

FOLDER = Path(os.environ["WORLD_FOLDER"])  # of this run: what the project keeps there goes with it

SECRET_KEY = "a-world-of-its-own"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.urls"
USE_TZ = True
LANGUAGES = [("en", "English"), ("ar", "Arabic")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_URL = "static/"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "approval_workflow",
    "django_workflow_engine",
    "gql_workflows",
    "tests.worlds.app.World",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
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
MIGRATION_MODULES = {"world": "world_migrations"}  # made in FOLDER when the project is built


def database(**options):
    """The database of DATABASE_URL, or SQLite in this run's folder; the tests' one is this run's alone."""
    found = environ.Env().db_url("DATABASE_URL", default=f"sqlite:///{FOLDER / 'db.sqlite3'}")
    sqlite = found["ENGINE"].endswith("sqlite3")
    name = str(FOLDER / "test.sqlite3") if sqlite else f"test_{found['NAME']}_{os.environ['WORLD_NAME']}"
    return {**found, "TEST": {"NAME": name, "DEPENDENCIES": []}, **options}


DATABASES = {"default": database()}

APPROVAL_ROLE_MODEL = "auth.Group"
APPROVAL_DYNAMIC_FORM_MODEL = "world.Form"
APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
DJANGO_WORKFLOW_ENGINE = {"DEPARTMENT_MODEL": "world.Department", "ENABLED_MODELS": ["world.Request"]}


# What follows is for the journey: Django looks at names in capital letters alone.

has_admin = True  # whether the project's users can enter the admin
has_login = True  # whether the API has a log-in of its own
has_own_types = False  # whether the project's schema has types with the names of ours
is_elsewhere = ""  # the name of a model whose rows are in another database than the workflows

commits = False  # whether the journey's transactions are committed, or held in one that is rolled back


def models():
    """Declare the project's models, while its apps are being loaded."""
    business_models()


def person(name, *, administrator=False, manager=None):
    """A user who signs in with the password "secret"."""
    from django.contrib.auth import get_user_model

    from tests.worlds.journey.rows import managed_by, world

    user = world().make_user(get_user_model(), name, administrator)
    managed_by(user, manager)
    return user


def make_user(model, name, administrator):
    """The user's own row."""
    create = model.objects.create_superuser if administrator else model.objects.create_user
    return create(name, email=f"{name}@example.com", password="secret")


def role(name, *members):
    """A role that these users hold."""
    from django.contrib.auth.models import Group

    found = Group.objects.create(name=name)
    found.user_set.add(*members)
    return found
