"""The project's automatic keys are small, as those of older projects are."""

from tests.worlds.project import *  # noqa: F403

DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
