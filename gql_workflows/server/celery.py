"""The Celery application of the server: `celery -A gql_workflows.server.celery worker --beat`."""

import os

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gql_workflows.server.settings")

app = Celery("gql_workflows")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def schedule(sender: Celery, **kwargs: object) -> None:
    """Have due actions and the cleanup run by beat; the tasks can be imported only once the models are ready."""
    django.setup()
    from django_workflow_engine.tasks import beat_schedule  # noqa: PLC0415

    sender.conf.beat_schedule = beat_schedule()
