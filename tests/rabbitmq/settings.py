"""A project that hands its actions to Celery; a broker and a queue of its own from the environment."""

import os

from tests.rabbitmq import broker
from tests.settings import *  # noqa: F403
from tests.settings import DJANGO_WORKFLOW_ENGINE as ENGINE

DJANGO_WORKFLOW_ENGINE = {**ENGINE, "ACTION_RUNNER": "celery", "ACTION_GRACE_SECONDS": 0}
CELERY_BROKER_URL = broker.URL
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("WORKFLOW_TEST_QUEUE", "workflow-tests")
CELERY_RESULT_BACKEND = None
