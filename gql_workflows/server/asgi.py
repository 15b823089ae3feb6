"""The ASGI application: HTTP, and subscriptions over websockets."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gql_workflows.server.settings")
http = get_asgi_application()

from gql_workflows.http.bodies import with_body_limit  # noqa: E402 - Django is set up only now
from gql_workflows.server.stopping import with_streams_ended  # noqa: E402
from gql_workflows.subscriptions.asgi import with_subscriptions  # noqa: E402

application = with_streams_ended(with_subscriptions(with_body_limit(http, path=None)))

# What is there now stays to the end: the collector need not look at it again and again.
gc.collect()
gc.freeze()
