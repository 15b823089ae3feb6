"""The steps that one validation may take, counted by every keyword that is applied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

# Values and tenths of characters that one step stands for where a keyword looks at a whole value.
_AT_ONCE: Final = 100
# Keywords within keywords: enough to judge the deepest schema that is JSON here. Each takes three or four of the 1,000
# calls that Python nests, and the library that looks up references panics where the last one is refused to it.
_MAX_NESTED: Final = 140


class OutOfSteps(Exception):
    """The validation takes more steps than it may."""


class Nested(Exception):
    """The validation goes deeper than it may: the schema leads to itself on the same value."""


class Budget:
    """The steps that are left, how deep the validation is, and how heavy each list and object of the value is."""

    def __init__(self, steps: int, value: Any) -> None:
        self.left = steps
        self._depth = 0
        self._weights: dict[int, int] = {}  # by the identity of lists and objects, which live as long as the validation
        self._weigh(value)

    def spend(self, steps: int) -> None:
        """Take steps; raises OutOfSteps when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfSteps

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Within it one more keyword is applied; raises Nested for too many at once."""
        if self._depth == _MAX_NESTED:
            raise Nested
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def cost(self, asked: Any, instance: Any) -> int:
        """The steps of one keyword: as many as its own value has parts, more where it looks at something heavy.

        Some keywords compare whole values, and each error repeats its value in a message.
        """
        return (1 + _width(asked)) * (1 + self._weight(instance) // _AT_ONCE)

    def _weight(self, value: Any) -> int:
        if isinstance(value, str):
            return 1 + len(value) // 10
        return self._weights.get(id(value), 1)

    def _weigh(self, value: Any) -> int:
        """The number of values in this one; its depth is limited before."""
        if isinstance(value, dict):
            weight = 1 + sum(len(key) // 10 + self._weigh(item) for key, item in value.items())
        elif isinstance(value, list | tuple):
            weight = 1 + sum(map(self._weigh, value))
        else:
            return self._weight(value)
        self._weights[id(value)] = weight
        return weight


def _width(asked: Any) -> int:
    """The parts of a keyword's value; of names and plain values, which are only compared, ten are one."""
    parts = asked.values() if isinstance(asked, dict) else asked if isinstance(asked, list) else ()
    tenths = sum(len(part) if isinstance(part, list) else 10 if isinstance(part, dict | bool) else 1 for part in parts)
    return tenths // 10


_current: ContextVar[Budget] = ContextVar("budget of a validation")


@contextmanager
def budget_of(steps: int, value: Any) -> Iterator[Budget]:
    """Within it the validation of this value may take as many steps."""
    token = _current.set(Budget(steps, value))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def current() -> Budget:
    """The budget of the validation that runs."""
    return _current.get()
