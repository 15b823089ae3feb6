"""What a function returned or raised, in a form that every database and log keeps; nothing here ever raises."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from itertools import starmap
from traceback import format_exception, format_tb
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from django_workflow_engine.definitions.values import json_problem
from django_workflow_engine.transactions import atomic

LONGEST: Final = 10_000  # characters that are kept of an error or of what was returned
_DEEPEST: Final = 100  # levels; SQLite takes 1,000, and nobody reads more than a few

_LAZY_WORK: Final = (Awaitable, AsyncGeneratorType, GeneratorType, map, filter, starmap)
_HOLDERS: Final = (list, tuple, set, frozenset, dict)


def never_run(value: Any) -> bool:
    """Whether the value, or anything that lists and dictionaries in it hold, is work that somebody still has to do.

    A coroutine, another awaitable, a generator, `map(…)` and `filter(…)` do nothing until they are waited for or read.
    The types are asked, not the values: a lazy object would be made by the question.
    """
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if issubclass(kind, _LAZY_WORK):
            return True
        if issubclass(kind, _HOLDERS) and id(item) not in seen:
            seen.add(id(item))
            waiting.extend(item.values() if issubclass(kind, dict) else item)
    return False


def as_json(value: Any) -> Any:
    """What was returned as JSON, as the text of what is none, or a note where it has no text either.

    A value may ask the database when it is written down (a queryset, a lazy object): that happens in a transaction of
    its own, so that what fails there leaves the function's own writes alone.
    """
    if value is None or value is True:
        return value
    try:
        with atomic():
            return _as_json(value)
    except BaseException as raised:  # `__repr__` is the project's and may raise anything
        return _("The result could not be kept (%s).") % type(raised).__name__


def _as_json(value: Any) -> Any:
    try:
        text = json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False)
        kept = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return storable(repr(value))
    if len(text) > LONGEST or _is_deep(text) or json_problem(kept) is not None:
        return storable(text)
    return kept


def _is_deep(text: str) -> bool:
    """Whether lists and objects stand in each other more deeply than every database takes; brackets in texts count."""
    return text.count("[") + text.count("{") > _DEEPEST and _depth(json.loads(text)) > _DEEPEST


def _depth(value: Any) -> int:
    """The levels of a JSON value, looked at level by level: it may be deeper than Python's own stack."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, list | dict)]:
        depth += 1
        level = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
    return depth


def error_text(raised: BaseException) -> str:
    """The error's class and message, or a note where it has no message that could be read."""
    name = type(raised).__name__
    try:
        return storable(f"{name}: {raised}")
    except BaseException as again:  # `__str__` is the project's and may raise anything
        return storable(
            _("%(name)s, whose message could not be read (%(again)s).") % {"name": name, "again": type(again).__name__}
        )


def log_raised(log: Callable[..., None], raised: BaseException, message: str, *arguments: Any) -> None:
    """Log the message with the traceback; as a text that can be written down, where the exception's own cannot."""
    try:
        told, whole = "".join(format_exception(raised)), True
    except BaseException:  # its attributes are the project's and may raise anything
        told, whole = "".join(format_tb(raised.__traceback__)), False
    escaped = told.encode(errors="backslashreplace").decode()
    if whole and told == escaped:
        log(message, *arguments, exc_info=raised)
    else:
        log(f"{message}\n%s", *arguments, escaped)


def storable(text: str) -> str:
    """A text that every database takes."""
    return text[:LONGEST].replace("\x00", "").encode(errors="replace").decode()
