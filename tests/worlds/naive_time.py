"""Times have no zone, and texts one language."""

from tests.worlds.project import *  # noqa: F403

USE_TZ = False
USE_I18N = False
