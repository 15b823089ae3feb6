"""How long calls take, side by side in one run."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

ROUNDS: Final = 7
FRAME: Final = 8192  # slots: more than one chunk of CPython's stack holds


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
    rounds = [(timed(naive)[0], timed(ours)[0]) for _round in range(ROUNDS)]
    slow, fast = (min(times) for times in zip(*rounds, strict=True))
    return Ratio(name=name, naive=slow, ours=fast, least=least)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """The milliseconds that a call takes, and what it gives."""
    gc.collect()
    started = perf_counter()
    result = on_a_fresh_chunk(call)
    return (perf_counter() - started) * 1000, result


def on_a_fresh_chunk(call: Callable[[], Any]) -> Any:
    """Call on a chunk of the stack of its own.

    CPython 3.11 to 3.13 pay for every call that crosses the end of a chunk, so where a function happens to stand
    would decide its time. A large frame below makes each begin on a chunk of its own.
    """
    return call()


on_a_fresh_chunk.__code__ = on_a_fresh_chunk.__code__.replace(co_stacksize=FRAME)
