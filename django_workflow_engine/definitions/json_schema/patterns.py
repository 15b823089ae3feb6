"""Patterns, matched by RE2: in time that grows with the text and never faster.

Python's own matcher goes back and tries again: `\\d+ EUR$` takes the square of the text's length, and others more. RE2
knows neither look-arounds nor back-references, for which no such promise can be made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import re2
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.definitions.json_schema.budget import current
from django_workflow_engine.definitions.values import shown

# Instructions of a compiled pattern, times characters, that one step stands for.
_AT_ONCE: Final = 2_000
_BLANKS: Final = r"\s\v\x{FEFF}\p{Z}"
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")


class SchemaRefused(Exception):
    """A schema that cannot be used; the reason is lazy, for it is kept and told in other languages."""

    def __init__(self, reason: Promise | str, fact: str = "") -> None:
        super().__init__(reason, fact)
        self.reason, self.fact = reason, fact

    def __str__(self) -> str:
        return str(self.reason) % {"fact": self.fact}


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text; raises SchemaRefused for one that RE2 does not take."""
    found = compiled(pattern)
    current().spend(1 + found.programsize * len(text) // _AT_ONCE)
    return found.search(text) is not None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The pattern for RE2; raises SchemaRefused for one that it does not take."""
    try:
        return re2.compile(_in_words_of_re2(pattern), _options())
    except re2.error as error:
        reason = _("the pattern “%(fact)s” cannot be matched in linear time (see RE2's syntax)")
        raise SchemaRefused(reason, shown(pattern)) from error


def _options() -> Any:
    options = re2.Options()
    options.max_mem = 1 << 20  # bytes of a compiled pattern
    options.log_errors = False
    options.never_capture = True
    return options


def _in_words_of_re2(pattern: str) -> str:
    r"""The pattern as JSON Schema means it, which is as JavaScript does: `\u0041`, and every blank for `\s`."""
    parts, place, in_class = [], 0, False
    while place < len(pattern):
        token = _token_at(pattern, place)
        place += len(token)
        in_class = token == "[" or (in_class and token != "]")
        parts.append(_translated(token, in_class=in_class))
    return "".join(parts)


def _token_at(pattern: str, place: int) -> str:
    """One character of a pattern, or one escape."""
    if pattern[place] != "\\":
        return pattern[place]
    digits = pattern[place + 2 : place + 6]
    is_code = pattern[place + 1 : place + 2] == "u" and len(digits) == 4 and _HEXADECIMAL.issuperset(digits)
    return pattern[place : place + (6 if is_code else 2)]


def _translated(token: str, *, in_class: bool) -> str:
    if len(token) == 6:
        return f"\\x{{{token[2:]}}}"
    if token == "\\s":
        return _BLANKS if in_class else f"[{_BLANKS}]"
    return f"[^{_BLANKS}]" if token == "\\S" and not in_class else token
