"""What came of a replay, counted and in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from examples.replay.playing import Played

TOLD: Final = 10  # cases that differ, of each process


@dataclass(kw_only=True)
class Count:
    """The cases of one process, and the first of those that differ."""

    process: str
    cases: int = 0
    same_end: int = 0
    same_trail: int = 0
    same: int = 0
    differing: list[Played] = field(default_factory=list)

    def add(self, played: Played) -> None:
        """Count a case."""
        self.cases += 1
        self.same_end += played.same_end
        self.same_trail += played.same_trail
        if played.same_end and played.same_trail:
            self.same += 1
        elif len(self.differing) < TOLD:
            self.differing.append(played)


def table(counts: Sequence[Count]) -> str:
    """A line for each process, aligned."""
    rows = [("process", "cases", "same end", "same trail", "both")]
    rows += [
        (
            count.process,
            f"{count.cases:,}",
            _share(count.same_end, count.cases),
            _share(count.same_trail, count.cases),
            _share(count.same, count.cases),
        )
        for count in counts
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def differences(counts: Iterable[Count]) -> str:
    """The first cases of each process that differ, with both trails."""
    return "\n".join(_difference(count.process, played) for count in counts for played in count.differing)


def share(same: int, cases: int) -> float:
    """How many of a hundred."""
    return 100 * same / cases if cases else 100.0


def _difference(process: str, played: Played) -> str:
    lines = [
        f"{process}, {played.case.name}:",
        f"  log    {_told(played.case.trail)}; {played.case.end}",
        f"  engine {_told(played.trail)}; {played.end or 'never begun'}",
    ]
    return "\n".join([*lines, *([f"  {played.stopped}"] if played.stopped else [])])


def _told(trail: Iterable[object]) -> str:
    return " > ".join(map(str, trail)) or "nothing"


def _share(same: int, cases: int) -> str:
    return f"{same:,} ({share(same, cases):.2f} %)"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = row
    cells = [name.ljust(widths[0]), *(text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True))]
    return "  ".join(cells)
