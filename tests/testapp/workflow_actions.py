"""Functions that actions name in tests. What they were called with is kept in `calls`, in order."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import Any

from django.core.mail import send_mail  # noqa: F401 - a function that this module merely imports is no action
from django.db import DatabaseError, connection, transaction

from tests.testapp.models import Document

calls: list[dict[str, Any]] = []


def notify(workflow_attachment, action_parameters, **context):
    """Keep what the first documented signature gets.

    Only the first line describes the action.
    """
    calls.append(
        {
            "function": "notify",
            "attachment": workflow_attachment,
            "parameters": action_parameters,
            "context": context,
            "stage": workflow_attachment.current_stage and workflow_attachment.current_stage.name_en,
            "status": workflow_attachment.status,
        }
    )
    return {"notified": True}


def tell(context, parameters=None):
    """Keep what the second documented signature gets."""
    calls.append({"function": "tell", "context": context, "parameters": parameters})
    return True


def take_everything(**everything):
    calls.append({"function": "take_everything", "everything": everything})


def take_little(workflow_attachment):
    calls.append({"function": "take_little", "attachment": workflow_attachment})


def say_which_process(workflow_attachment, action_parameters, **context):
    return {"process": os.getpid()}


def sign(workflow_attachment, action_parameters, **context):
    """Leave a row with the key of its own run: one for each time that it is called."""
    Document.objects.bulk_create([Document(title=str(workflow_attachment.action_key))])


async def wait_for(workflow_attachment, action_parameters, **context):
    calls.append({"function": "wait_for", "context": context})


def refuse(workflow_attachment, action_parameters, **context):
    calls.append({"function": "refuse"})
    return False


def fail(workflow_attachment, action_parameters, **context):
    """Write a row and raise."""
    calls.append({"function": "fail"})
    Document.objects.create(title="Left behind")
    raise RuntimeError("The printer is on fire\x00")


def leave(workflow_attachment, action_parameters, **context):
    sys.exit("gone")


def break_sql(workflow_attachment, action_parameters, **context):
    """Run a statement that the database refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def hide_broken_sql(workflow_attachment, action_parameters, **context):
    """Break its own transaction and say that all went well."""
    Document.objects.create(title="Left behind")
    with contextlib.suppress(DatabaseError), transaction.atomic(savepoint=False):
        break_sql(workflow_attachment, action_parameters)
    return True


def write(workflow_attachment, action_parameters, **context):
    """Take its time, write a row, and change the attachment that it was given."""
    time.sleep(action_parameters.get("seconds", 0))
    Document.objects.create(title=action_parameters.get("title", "Written"))
    workflow_attachment.current_stage = None
    calls.append({"function": "write"})
    return workflow_attachment.pk


def save_attachment(workflow_attachment, action_parameters, **context):
    """Store the attachment as it was given, with something in its metadata."""
    workflow_attachment.metadata["seen"] = context["stage"].name_en
    workflow_attachment.save()


def return_anything(workflow_attachment, action_parameters, **context):
    return {"set": {1}} if action_parameters.get("odd") else "x" * 20_000


def title_of(document):
    """No action: it needs what no event has."""
    return document.title


def _hidden(workflow_attachment, action_parameters, **context):
    """No action: it is private."""
