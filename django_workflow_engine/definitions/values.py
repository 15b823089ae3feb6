"""Texts and JSON that may be stored: what a database takes, within the limits of the settings."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterable
from types import NoneType
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine import conf

KEY_LENGTH: Final = 255  # characters of a primary key, a path or any other short text
_NO_KEYS: Final = (NoneType, float, complex, bytes, bytearray, memoryview, Iterable)
_SHOWN: Final = 100  # characters of a caller's value that a message repeats


def text_problem(text: str) -> str | None:
    """Why a text cannot be stored, or None; its length is looked at first."""
    most = conf.limit("MAX_TEXT_LENGTH")
    if len(text) > most:
        return _("At most %d characters are allowed here.") % most
    return unstorable(text)


def unstorable(text: str) -> str | None:
    """Why no database takes a text, however short, or None."""
    if "\x00" in text:
        return _("A text cannot hold a null character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return _("A text cannot hold half of a surrogate pair.")
    return None


def json_problem(value: Any) -> str | None:
    """Why a value cannot be stored as JSON, or None; what is too large is never written out."""
    problem = _piecewise_problem(value)
    if problem is not None:
        return problem
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return _("This cannot be stored as JSON.")
    most = conf.limit("MAX_JSON_LENGTH")
    return _too_long(most) if len(text) > most else None


def _piecewise_problem(value: Any) -> str | None:
    """What is wrong with the size of a value, or with a text in it; the walk ends at the first limit.

    The texts alone are counted here: written out, a value is never shorter than they are.
    """
    longest, deepest = conf.limit("MAX_JSON_LENGTH"), conf.limit("MAX_JSON_DEPTH")
    most, items, length = conf.limit("MAX_JSON_ITEMS"), 0, 0
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, str):
            length += len(node)
            if length > longest:
                return _too_long(longest)
            if "\x00" in node:
                return _("JSON cannot hold a null character.")
        elif isinstance(node, dict | list | tuple):
            items += len(node)
            if items > most:
                return _("JSON may hold at most %d values here.") % most
            if depth > deepest:
                return _("JSON may be at most %d levels deep here.") % deepest
            children = [*node, *node.values()] if isinstance(node, dict) else node
            waiting.extend((child, depth + 1) for child in children)
    return None


def _too_long(most: int) -> str:
    return _("JSON may have at most %d characters here.") % most


def key_as_json(value: Any) -> int | str | None:
    """A primary key as JSON holds it: numbers and texts as they are, a UUID and its like as text; None for others.

    Its like are the classes that fields of a project's own give as keys, such as a number with a prefix.
    """
    if isinstance(value, int | str):
        return None if isinstance(value, bool) else value
    kind: Any = type(value)
    speaks = kind.__str__ is not object.__str__
    is_key = speaks and not isinstance(value, _NO_KEYS) and not hasattr(value, "_meta")  # a row is no key
    return str(value) if is_key else None


def shown(value: Any) -> str:
    """A caller's value as a message repeats it: cut, for it may be of any length."""
    text = value if isinstance(value, str) else reprlib.repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
