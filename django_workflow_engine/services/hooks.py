"""The two functions that a model's configuration may name: one before a start, one after a completion.

They are called as actions are: only if registered, by keywords, in either of the documented signatures.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from django_workflow_engine.actions.calling import arguments_for, handler_for
from django_workflow_engine.actions.events import Fired
from django_workflow_engine.definitions.tree import ActionNode
from django_workflow_engine.errors import Forbidden, InvalidInput
from django_workflow_engine.models import AttachmentAtEvent, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.transactions import atomic


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


def after_completion(completion: Fired, configuration: WorkflowConfiguration) -> list[Fired]:
    """The call of the model's `post_complete_hook`, as an action of its own that answers the completion.

    It runs after the completion's other actions, in their way: after the commit, kept in the outbox with its outcome,
    tried again when it fails, and lost by no crash. Nothing where there is no hook.
    """
    path = configuration.post_complete_hook
    if not path:
        return []
    return [replace(completion, answers=[ActionNode(action_type=completion.action_type, function_path=path)])]


@atomic()
def _call(path: str, attachment: AttachmentAtEvent, actor: Any) -> None:
    handler = handler_for(path)
    handler(**arguments_for(handler, attachment=attachment, parameters={}, context={"user": actor}))


def _as_it_is(attachment: WorkflowAttachment) -> AttachmentAtEvent:
    """The attachment as the hook may hold it: where it stands now, whatever the verb changes afterwards."""
    names = [field.attname for field in attachment._meta.concrete_fields if not field.generated]
    return AttachmentAtEvent.from_db(attachment._state.db, names, [getattr(attachment, name) for name in names])
