"""What the root fields of one operation gave: each is resolved once, though its value may be completed twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

Outcome: TypeAlias = tuple[Any, Exception | None]


class Roots:
    """The outcomes of root fields, by their names in the answer, where an executor keeps them.

    While it is `in_thread`, the operation runs in the thread of the ORM, and a root field need not be sent there. Once
    it `is_over`, what more is asked for is not resolved: nobody will see it.
    """

    def __init__(self, *, keeps: bool = False) -> None:
        self.in_thread = False
        self.is_over = False
        self._keeps = keeps
        self._outcomes: Final[dict[str, Outcome]] = {}

    def now(self, info: Any, give: Callable[[], Any]) -> Any:
        """What the field of this `info` gives, or gave before; raises what it raised."""
        name = self._name(info)
        if name is None:
            return give()
        if name not in self._outcomes:
            if self.is_over:
                return None
            self._outcomes[name] = _outcome(give)
        return _told(self._outcomes[name])

    async def later(self, info: Any, give: Callable[[], Awaitable[Any]]) -> Any:
        """The same of a field that gives an awaitable."""
        name = self._name(info)
        if name is None:
            return await give()
        if name not in self._outcomes:
            if self.is_over:
                return None
            self._outcomes[name] = await _awaited_outcome(give)
        return _told(self._outcomes[name])

    def _name(self, info: Any) -> str | None:
        """The name in the answer; None for what is not kept, or is not at the root."""
        return str(info.path.key) if self._keeps and info.path.prev is None else None


def _outcome(give: Callable[[], Any]) -> Outcome:
    try:
        return give(), None
    except Exception as error:  # whatever it is, it is told each time
        return None, error


async def _awaited_outcome(give: Callable[[], Awaitable[Any]]) -> Outcome:
    try:
        return await give(), None
    except Exception as error:  # as above
        return None, error


def _told(outcome: Outcome) -> Any:
    value, error = outcome
    if error is not None:
        raise error
    return value
