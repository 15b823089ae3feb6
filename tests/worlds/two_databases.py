"""A second database holds documents, which take no workflows for being there."""

from tests.worlds.business import business_models
from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import FOLDER, database

ELSEWHERE = {"paper"}


def _second():
    """The same server's, or SQLite's, under another name."""
    found = database()
    name = FOLDER / "second.sqlite3" if found["ENGINE"].endswith("sqlite3") else f"{found['NAME']}_second"
    tests = FOLDER / "test_second.sqlite3" if found["ENGINE"].endswith("sqlite3") else f"{found['TEST']['NAME']}_second"
    return {**found, "NAME": str(name), "TEST": {"NAME": str(tests), "DEPENDENCIES": []}}


DATABASES = {"default": database(), "second": _second()}
DATABASE_ROUTERS = ["tests.worlds.two_databases.Router"]
DJANGO_WORKFLOW_ENGINE = {"DEPARTMENT_MODEL": "world.Department"}  # every model that can take workflows does

is_elsewhere = "Paper"


class Router:
    """Sends these models to the second database, and everything else to the first."""

    def db_for_read(self, model, **hints):
        return "second" if self._is_there(model._meta.app_label, model._meta.model_name) else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return (db == "second") == self._is_there(app_label, model_name)

    def _is_there(self, app_label, model_name):
        return app_label == "world" and model_name in ELSEWHERE


def models():
    from django.db import models

    class Paper(models.Model):
        title = models.CharField(max_length=100)

        def __str__(self):
            return self.title

    business_models()
