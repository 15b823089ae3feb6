"""Hooks of a project: one in each documented signature, and one that nobody registered."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from django_workflow_engine.actions import workflow_action

calls: list[tuple[str, Any, Any]] = []
HERE = __name__


@workflow_action
def note(workflow_attachment, action_parameters, **context):
    """Note that the hook was called."""
    calls.append(("note", workflow_attachment.status, context["user"]))


@workflow_action
def note_context(context, parameters=None):
    """Note the same in the other signature."""
    calls.append(("note_context", context["attachment"].status, context["user"]))


@workflow_action
def refuse(workflow_attachment, **context):
    """Refuse with an error of the project's own."""
    raise RuntimeError("the shop is closed")


@workflow_action
def invalid(workflow_attachment, **context):
    """Refuse with Django's ValidationError."""
    raise ValidationError("The amount is too low.")


@workflow_action
def forbidden(workflow_attachment, **context):
    """Refuse with Django's PermissionDenied."""
    raise PermissionDenied("Ask the finance department.")


@workflow_action
def break_sql(workflow_attachment, **context):
    """Break the hook's own SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def unregistered(workflow_attachment, **context):
    """A function that nobody registered."""
    calls.append(("unregistered", None, None))


@workflow_action
def only_titled(workflow_attachment, **context):
    """Refuse an object without a title; it and its stored attachment can be read."""
    if not workflow_attachment.target.title:
        raise ValidationError("It has no title.")
    calls.append(("only_titled", type(workflow_attachment).objects.get(pk=workflow_attachment.pk).status, None))


@workflow_action
def raises_for_broken(workflow_attachment, **context):
    """Break on an object that is called so."""
    if workflow_attachment.target.title == "Broken":
        raise RuntimeError("it is broken")
