"""How many times faster one thing is than another, timed side by side in one run."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

ROUNDS: Final = 7
_FRAME: Final = 8192  # slots: more than one chunk of CPython's stack holds


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """The best times of both in milliseconds, and how many times faster the second must be."""

    name: str
    naive: float
    ours: float
    least: float

    @property
    def times(self) -> float:
        """How many times faster ours is."""
        return self.naive / self.ours

    @property
    def exceeds(self) -> bool:
        """Whether it is not as much faster as it must be."""
        return self.times < self.least


def compare(name: str, *, naive: Callable[[], Any], ours: Callable[[], Any], least: float) -> Ratio:
    """Time both in turn, several times; each time's best counts."""
    timed = [(_milliseconds(naive), _milliseconds(ours)) for _round in range(ROUNDS)]
    slow, fast = (min(times) for times in zip(*timed, strict=True))
    return Ratio(name=name, naive=slow, ours=fast, least=least)


def _milliseconds(call: Callable[[], Any]) -> float:
    gc.collect()
    started = perf_counter()
    _on_a_fresh_chunk(call)
    return (perf_counter() - started) * 1000


def _on_a_fresh_chunk(call: Callable[[], Any]) -> Any:
    return call()


# CPython 3.11 to 3.13 pay for every call that crosses the end of a chunk of the stack, so where a function
# happens to stand on it would decide its time. A large frame below both makes each begin on a chunk of its own.
_on_a_fresh_chunk.__code__ = _on_a_fresh_chunk.__code__.replace(co_stacksize=_FRAME)
