"""Texts for a reader: names in the reader's language, and texts that keep their own direction among others."""

from __future__ import annotations

from typing import Final
from unicodedata import bidirectional

from django.utils.translation import get_language, get_language_bidi

_ISOLATE: Final = "\u2068{}\u2069"  # first strong isolate … pop directional isolate
_RIGHT_TO_LEFT: Final = ("R", "AL")


def in_own_language(english: str, arabic: str) -> str:
    """The Arabic text for who reads Arabic, else the English one; the other where that one is empty."""
    return arabic or english if reads_arabic() else english or arabic


def reads_arabic() -> bool:
    """Whether the reader's language is Arabic, of whatever country."""
    return (get_language() or "").startswith("ar")


def isolated(text: object) -> str:
    """The text as it is put between others, so that their direction does not turn it round, nor it them.

    It stays as it is where everything is read from the left to the right. The two characters of an isolate are
    invisible; they are Unicode's own and need no markup, which titles of pages and messages could not have.
    """
    plain = str(text)
    if get_language_bidi() or any(bidirectional(character) in _RIGHT_TO_LEFT for character in plain):
        return _ISOLATE.format(plain)
    return plain
