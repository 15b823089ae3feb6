"""Every request is a transaction of its own, as many project templates have it."""

from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import database

DATABASES = {"default": database(ATOMIC_REQUESTS=True)}
