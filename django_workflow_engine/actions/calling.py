"""How a registered function is called: by keywords, in either of the two documented signatures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
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
    return _synchronous(found) if _is_asynchronous(found) else found


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


def _is_asynchronous(function: Handler) -> bool:
    """Whether a call gives a coroutine: of an `async def`, bare or decorated, or of an object whose call is one."""
    called = (function, inspect.unwrap(function), type(function).__call__)
    return any(inspect.iscoroutinefunction(one) for one in called)


def _synchronous(function: Handler) -> Handler:
    """A function with the same signature that waits for an asynchronous one."""

    @wraps(function, updated=())  # an object that can be called has no names of its own to copy
    def call(**arguments: Any) -> Any:
        returned = function(**arguments)
        if not inspect.iscoroutine(returned):  # a decorator has waited for it already
            return returned
        return async_to_sync(_wait)(returned)

    return call


async def _wait(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return await coroutine


def _names(handler: Handler) -> tuple[set[str], bool]:
    """The names that can be given as keywords, and whether any other keyword is taken too."""
    parameters = inspect.signature(handler).parameters.values()
    named = {item.name for item in parameters if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)}
    return named, any(item.kind is item.VAR_KEYWORD for item in parameters)
