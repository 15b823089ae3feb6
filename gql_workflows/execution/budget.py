"""How much one operation may still find: the number of its values, and the bytes of its answer."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

_NAME: Final = 4  # the marks around a name and behind its value
_NUMBER: Final = 8  # about as long as numbers, true, false and null are
_ESCAPED: Final = 6  # \u0627: how JSON writes a character outside of ASCII


class Budget:
    """Counts while values are found, before the answer is written: each as often as it is asked for."""

    def __init__(self, *, values: int, size: int) -> None:
        self._values, self._size = values, size

    @property
    def exceeded(self) -> str | None:
        """The limit that was exceeded."""
        if self._values < 0:
            return "values"
        return "bytes" if self._size < 0 else None

    def take_fields(self, names: Collection[str]) -> bool:
        """Count the fields of one object; False when that is more than there may be."""
        return self.take(len(names), size_of_names(names))

    def take(self, number: int, size: int) -> bool:
        """Count so many values with names of this size; False when that is more than there may be."""
        self._values -= number
        self._size -= size
        return self._values >= 0 and self._size >= 0

    def take_value(self, value: Any) -> bool:
        """Count a text, a number or JSON by its size; False when that is more than there may be."""
        self._size -= _size_of(value)
        return self._size >= 0


def size_of_names(names: Collection[str]) -> int:
    """The bytes of the names of an object's fields."""
    return sum(map(len, names)) + _NAME * len(names)


def _size_of(value: Any) -> int:
    if isinstance(value, str):
        return len(value) if value.isascii() else _ESCAPED * len(value)
    if isinstance(value, dict | list):
        return len(json.dumps(value, default=str))
    return _NUMBER
