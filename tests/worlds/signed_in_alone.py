"""Everything of the site is for people who are signed in: Django's middleware sends others to a page."""

from tests.worlds.project import *  # noqa: F403
from tests.worlds.project import MIDDLEWARE as USUAL

MIDDLEWARE = [*USUAL, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
