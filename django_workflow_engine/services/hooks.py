"""The two functions that a model's configuration may name: one before a start, one after a completion.

They are called as actions are: only if registered, by keywords, in either of the documented signatures.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from django_workflow_engine.actions.calling import arguments_for, handler_for
from django_workflow_engine.errors import Forbidden, InvalidInput
from django_workflow_engine.models import AttachmentAtEvent, WorkflowAttachment, WorkflowConfiguration


def before_start(attachment: WorkflowAttachment, actor: Any, configuration: WorkflowConfiguration) -> None:
    """Call the model's `pre_start_hook` inside the start's transaction; whatever it raises refuses the start.

    Django's ValidationError and PermissionDenied become InvalidInput and Forbidden; a path that is not registered
    is ActionNotRegistered.
    """
    if not configuration.pre_start_hook:
        return
    try:
        _call(configuration.pre_start_hook, _as_it_is(attachment), actor)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), path=("target",)) from error
    except PermissionDenied as error:
        raise Forbidden(str(error), path=("target",)) from error


def after_completion(attachment: WorkflowAttachment, actor: Any, configuration: WorkflowConfiguration) -> None:
    """Call the model's `post_complete_hook` once the completion is committed; what goes wrong there is logged."""
    path = configuration.post_complete_hook
    if not path:
        return
    completed = _as_it_is(attachment)

    def call() -> None:  # no partial: Django's log of a failure wants the name of a function
        _call(path, completed, actor)

    transaction.on_commit(call, robust=True)


@transaction.atomic
def _call(path: str, attachment: AttachmentAtEvent, actor: Any) -> None:
    handler = handler_for(path)
    handler(**arguments_for(handler, attachment=attachment, parameters={}, context={"user": actor}))


def _as_it_is(attachment: WorkflowAttachment) -> AttachmentAtEvent:
    """The attachment as the hook may hold it: where it stands now, whatever the verb changes afterwards."""
    names = [field.attname for field in attachment._meta.concrete_fields]
    return AttachmentAtEvent.from_db(attachment._state.db, names, [getattr(attachment, name) for name in names])
