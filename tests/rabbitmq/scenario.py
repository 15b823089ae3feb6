"""What the project's own process does: `python -m tests.rabbitmq.scenario decide|beat`, one JSON line on stdout."""

from __future__ import annotations

import json
import os
import sys
import time

import django

from tests.rabbitmq.app import app


def decide() -> None:
    """Start a run whose workflow calls a function, and say which process did so and how long it took."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up only now

    from django_workflow_engine.models import WorkflowAction  # noqa: PLC0415
    from django_workflow_engine.services import attach_workflow_to_object  # noqa: PLC0415
    from tests.factories import by_user, template_for  # noqa: PLC0415
    from tests.testapp.models import Document  # noqa: PLC0415

    user, _created = User.objects.get_or_create(username="ann")
    workflow = template_for(3, [[by_user(user)]])
    WorkflowAction.objects.create(
        workflow=workflow,
        action_type="on_workflow_start",
        function_path="tests.testapp.workflow_actions.say_which_process",
    )
    started = time.monotonic()
    attach_workflow_to_object(Document.objects.create(title="Lamp"), workflow, user=user)
    print(json.dumps({"process": os.getpid(), "publishing": time.monotonic() - started}))


def beat() -> None:
    """Send the task that the beat sends."""
    app.send_task("django_workflow_engine.run_actions")
    print(json.dumps({"process": os.getpid()}))


if __name__ == "__main__":
    app.set_current()
    django.setup()
    {"decide": decide, "beat": beat}[sys.argv[1]]()
