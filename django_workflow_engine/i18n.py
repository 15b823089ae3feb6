"""Texts for a reader: names in the reader's language, and texts that keep their own direction among others."""

from __future__ import annotations

from typing import Final
from unicodedata import bidirectional

from django.utils.translation import get_language, get_language_bidi

_ISOLATE: Final = "\u2068{}\u2069"  # first strong isolate … pop directional isolate
_MARK: Final = "\u200f"  # right-to-left mark
_RIGHT_TO_LEFT: Final = ("R", "AL")


def in_own_language(english: str, arabic: str) -> str:
    """The Arabic text for who reads Arabic, else the English one; the other where that one is empty."""
    return arabic or english if reads_arabic() else english or arabic


def reads_arabic() -> bool:
    """Whether the reader's language is Arabic, of whatever country."""
    return (get_language() or "").startswith("ar")


def isolated(text: object) -> str:
    """The text as it is put between others, so that their direction does not turn it round, nor it them.

    What is in the reader's own language needs none of it, and stays outside: a whole takes its direction from the first
    letter that is in no isolate. Nothing is put around a text where everything is read from the left to the right. The
    two characters are invisible; they are Unicode's own and need no markup, which titles and messages could not have.
    """
    plain = str(text)
    if get_language_bidi() or any(bidirectional(character) in _RIGHT_TO_LEFT for character in plain):
        return _ISOLATE.format(plain)
    return plain


def joined(text: str) -> str:
    """A text of isolated parts alone, which is to be read in the direction of the reader's language."""
    return f"{_MARK}{text}" if get_language_bidi() else text
