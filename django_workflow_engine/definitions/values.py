"""Texts and JSON that a database can store."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from django.utils.translation import gettext as _

# An escaped null in JSON text: a \u0000 whose backslash is not itself escaped.
_NULL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def text_problem(text: str) -> str | None:
    """Why a text cannot be stored, or None."""
    if "\x00" in text:
        return _("A text cannot hold a null character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return _("A text cannot hold half of a surrogate pair.")
    return None


def json_problem(value: Any) -> str | None:
    """Why a value cannot be stored as JSON, or None."""
    try:
        text = json.dumps(value, allow_nan=False)
        json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        return _("This cannot be stored as JSON.")
    return _("JSON cannot hold a null character.") if _NULL.search(text) else None
