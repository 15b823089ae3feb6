"""The project's GraphQL schema has types of its own with the names of ours: ours are named with a prefix."""

from tests.worlds.project import *  # noqa: F403

ROOT_URLCONF = "tests.worlds.schemas"
GQL_WORKFLOWS = {"TYPE_PREFIX": "Wf"}

has_own_types = True
