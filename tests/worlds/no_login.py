"""People sign in on the site's own pages, with a second factor: the API has no log-in."""

from tests.worlds.project import *  # noqa: F403

GQL_WORKFLOWS = {"LOGIN": False}
has_login = False
