"""A router reads from a replica of the database that it writes to."""

from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import database

DATABASES = {"default": database(), "replica": database(TEST={"MIRROR": "default"})}
DATABASE_ROUTERS = ["tests.worlds.replica.Router"]


class Router:
    """The router of Django's documentation."""

    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


commits = True  # the replica has what is committed
