"""The figures as a table of Markdown, one line for each page and viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from benchmarks.growth.measuring import LIMIT_SECONDS, Figure


def render(figures: Sequence[Figure]) -> str:
    """Milliseconds by size, how many times they grew, statements, rows, and the plain count, at the largest size."""
    sizes = sorted({figure.runs for figure in figures})
    head = ["page", "asked by", *(f"{size:,}" for size in sizes), "growth", "statements", "rows", "count alone"]
    return "\n".join([_line(head), _line(["---", "---", *["--:"] * (len(head) - 2)]), *_lines(figures)])


def by_page(figures: Sequence[Figure]) -> Iterator[tuple[tuple[str, str], list[Figure]]]:
    """The figures of each page and viewer, by size; in the order in which they were measured first."""
    order = list(dict.fromkeys((figure.page, figure.viewer) for figure in figures))
    found = sorted(figures, key=lambda figure: (order.index((figure.page, figure.viewer)), figure.runs))
    for (page, viewer), group in groupby(found, key=lambda figure: (figure.page, figure.viewer)):
        yield (page, viewer), list(group)


def growth(figures: Sequence[Figure]) -> float | None:
    """How many times longer the largest takes than the smallest; None where it was over the limit."""
    first, last = figures[0].milliseconds, figures[-1].milliseconds
    return None if first is None or last is None else last / first


def _lines(figures: Sequence[Figure]) -> Iterator[str]:
    for (page, viewer), found in by_page(figures):
        times = growth(found)
        yield _line(
            [
                page,
                viewer,
                *(_milliseconds(figure.milliseconds) for figure in found),
                "over" if times is None else f"{times:.1f}",
                _told([figure.statements for figure in found]),
                _told([figure.rows for figure in found]),
                "" if found[-1].count_milliseconds is None else _milliseconds(found[-1].count_milliseconds),
            ]
        )


def _milliseconds(value: float | None) -> str:
    if value is None:
        return f"over {LIMIT_SECONDS} s"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _told(numbers: Sequence[int | None]) -> str:
    """One number where it is the same at every size, else all of them."""
    known = list(dict.fromkeys(str(number) for number in numbers if number is not None))
    return " → ".join(known)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
