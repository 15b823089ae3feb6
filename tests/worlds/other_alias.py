"""The default database is empty: a router sends everything to another alias."""

from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import database

DATABASES = {"default": {}, "main": database()}
DATABASE_ROUTERS = ["tests.worlds.other_alias.Router"]


class Router:
    def db_for_read(self, model, **hints):
        return "main"

    def db_for_write(self, model, **hints):
        return "main"


commits = True  # else the tests' own transaction would stand in for one that is missing
