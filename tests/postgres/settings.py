"""Settings of the worker processes: a project in which seats can be escalated."""

from tests.settings import *  # noqa: F403

APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
