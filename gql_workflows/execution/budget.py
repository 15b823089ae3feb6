"""How much one operation may still find: the number of its values, and the bytes of its answer."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

_NAME: Final = 4  # the marks around a name and behind its value
NUMBER: Final = 8  # about as long as numbers, true, false and null are
_WIDEST: Final = 4  # bytes of a character in UTF-8


class TooMuch(Exception):
    """More was found than there may be."""


class Budget:
    """Counts while values are found, before the answer is written: each as often as it is asked for."""

    def __init__(self, *, values: int, size: int) -> None:
        self._values, self._size = values, size

    @property
    def left(self) -> tuple[int, int]:
        """How many values may still be found, and of how many bytes."""
        return self._values, self._size

    @property
    def exceeded(self) -> str | None:
        """The limit that was exceeded."""
        if self._values < 0:
            return "values"
        return "bytes" if self._size < 0 else None

    def take_fields(self, names: Collection[str]) -> bool:
        """Count the fields of one object; False when that is more than there may be."""
        return self.take(len(names), size_of_names(names))

    def spend(self, number: int, size: int) -> None:
        """The same; raises TooMuch."""
        self._values -= number
        self._size -= size
        if self._values < 0 or self._size < 0:
            raise TooMuch

    def take(self, number: int, size: int) -> bool:
        """Count so many values with names of this size; False when that is more than there may be."""
        self._values -= number
        self._size -= size
        return self._values >= 0 and self._size >= 0

    def take_value(self, value: Any) -> bool:
        """Count a text, a number or JSON by its size; False when that is more than there may be."""
        self._size -= size_of(value)
        return self._size >= 0


def size_of_names(names: Collection[str]) -> int:
    """The bytes of the names of an object's fields."""
    return sum(map(len, names)) + _NAME * len(names)


def size_of_text(text: str) -> int:
    """The bytes of a text outside of ASCII, or some more."""
    return _WIDEST * len(text)


def size_of(value: Any) -> int:
    """The bytes of a text, a number or JSON."""
    if isinstance(value, str):
        return len(value) if value.isascii() else size_of_text(value)
    if isinstance(value, dict | list):
        return len(json.dumps(value, default=str))
    return NUMBER
