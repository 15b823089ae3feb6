"""How a registered function is called: by keywords, in either of the two documented signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from django_workflow_engine import registry
from django_workflow_engine.errors import ActionNotRegistered
from django_workflow_engine.models import AttachmentAtEvent

Handler = Callable[..., Any]


def handler_for(path: str) -> Handler:
    """The function that a registered path names at this moment; raises ActionNotRegistered for every other path."""
    found = registry.find(path)
    if found is None:
        message = _("“%s” is not registered as an action.") % path
        raise ActionNotRegistered(message, path=("function_path",), function_path=path)
    return _synchronous(found) if inspect.iscoroutinefunction(found) else found


def arguments_for(
    handler: Handler, *, attachment: AttachmentAtEvent, parameters: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    """The keyword arguments of one call, chosen by the names of the handler's parameters.

    `(workflow_attachment, action_parameters, **context)` gets the event's context as keywords, `(context,
    parameters)` gets it as one dictionary that also holds `attachment` and `workflow_attachment`, and a function of
    keywords alone gets everything.
    """
    first = {"workflow_attachment": attachment, "action_parameters": parameters}
    second = {"attachment": attachment, "parameters": parameters, "context": _gathered(attachment, context)}
    named, open_ended = _names(handler)
    everything = {**first, **second, **context}
    given = {name: everything[name] for name in named if name in everything}
    if not open_ended:
        return given
    if not named:
        return everything
    return ({} if "context" in named else first) | dict(context) | given


def _gathered(attachment: AttachmentAtEvent, context: Mapping[str, Any]) -> dict[str, Any]:
    own = {"attachment": attachment, "workflow_attachment": attachment, "action_key": attachment.action_key}
    return {"user": None, **context, **own}


def _synchronous(function: Handler) -> Handler:
    """A function with the same signature that waits for an asynchronous one."""

    @wraps(function)
    def call(**arguments: Any) -> Any:
        return async_to_sync(function)(**arguments)

    return call


def _names(handler: Handler) -> tuple[set[str], bool]:
    """The names that can be given as keywords, and whether any other keyword is taken too."""
    parameters = inspect.signature(handler).parameters.values()
    named = {item.name for item in parameters if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)}
    return named, any(item.kind is item.VAR_KEYWORD for item in parameters)
