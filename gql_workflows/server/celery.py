"""The Celery application of the server: `celery -A gql_workflows.server.celery worker --beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gql_workflows.server.settings")

app = Celery("gql_workflows")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
