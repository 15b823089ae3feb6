"""How long what clients are told may be: a message often quotes what they sent."""

from __future__ import annotations

from typing import Final

MOST_CHARACTERS: Final = 400


def shortened(message: str) -> str:
    """The message, or its beginning where it is longer than anybody reads."""
    return message if len(message) <= MOST_CHARACTERS else f"{message[: MOST_CHARACTERS - 1]}…"
