"""The figures as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.load.answers import Answer, codes, summary
from benchmarks.load.processors import Used

_HEAD = ("", "number", "p50 ms", "p95 ms", "p99 ms", "SQL", "SQL ms")


def report(answers: Sequence[Answer], used: Used, *, seconds: float, workers: int) -> Iterator[str]:
    """Decisions a second, times of decisions and reads, what the processors did, and the errors."""
    decided = [answer for answer in answers if answer.is_decided]
    rate = len(decided) / seconds
    yield f"{len(decided):,} decisions in {seconds:.1f} s: {rate:.1f} a second, {rate / workers:.1f} for each worker"
    yield f"{len(decided) / max(used.server, 0.01):.1f} decisions for each second of a processor in the server"
    yield _processors(used, seconds, len(answers))
    yield ""
    yield from _table(answers)
    yield ""
    found = ", ".join(f"{code} {number}" for code, number in codes(answers).most_common())
    yield f"Errors: {found or 'none'}"


def _processors(used: Used, seconds: float, requests: int) -> str:
    parts = {"server": used.server, "database": used.database, "clients": used.clients}
    told = (
        f"{name} {taken:.1f} s ({1000 * taken / max(requests, 1):.1f} ms a request)" for name, taken in parts.items()
    )
    return f"Processors, of {seconds:.1f} s each: {', '.join(told)}"


def _table(answers: Sequence[Answer]) -> Iterator[str]:
    decisions = [answer for answer in answers if answer.is_decided]
    reads = [answer for answer in answers if not answer.is_decision]
    yield _line(_HEAD)
    for name, some in (("decisions", decisions), ("reads", reads)):
        yield _figures(name, some)
        for kind in sorted({answer.name for answer in some}):
            yield _figures(f"  {kind}", [answer for answer in some if answer.name == kind])


def _figures(name: str, answers: Sequence[Answer]) -> str:
    found = summary(answers)
    times = (f"{value:.0f}" for value in (found.p50, found.p95, found.p99))
    return _line((name, f"{found.number:,}", *times, f"{found.statements:.1f}", f"{found.sql_milliseconds:.1f}"))


def _line(cells: Sequence[str]) -> str:
    name, *numbers = cells
    return f"{name:<16}" + "".join(f"{number:>10}" for number in numbers)
