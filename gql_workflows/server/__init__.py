"""The ready-to-run server: everything from the environment, with safe defaults."""

from gql_workflows.server.extra import require_extra

require_extra()  # here, because every door leads past: the settings, the ASGI application, Celery's, `python -m`
