"""The ready-to-run server: everything from the environment, with safe defaults."""

from importlib import import_module
from importlib.util import find_spec

from gql_workflows.server.extra import require_extra

require_extra()  # here, because every door leads past: the settings, the ASGI application, Celery's, `python -m`

# Whoever decides, be it a request or a command, hands actions to the broker and the queue that the settings name.
if find_spec("celery") is not None:
    import_module("gql_workflows.server.celery")
