"""Nothing differs: `auth.User`, integer keys, one database."""

from tests.worlds.project import *  # noqa: F403
