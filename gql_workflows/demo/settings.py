"""The ready-to-run server's settings with the demo in them, for what reads the demo's models, such as `make types`."""

import os

os.environ["DEMO"] = "true"

from gql_workflows.server.settings import *  # noqa: F403 - the settings read the environment
