"""The ready-to-run server with the demo's models and tenancy, managers to escalate to, and its statements counted."""

import os

os.environ["DEMO"] = "true"

from gql_workflows.server.settings import *  # noqa: F403 - the settings read the environment
from gql_workflows.server.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.testapp"]  # whose profiles name a user's manager
MIDDLEWARE = ["benchmarks.serving.counting.Counted", *MIDDLEWARE]
APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
