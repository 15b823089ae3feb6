"""The figures as aligned text."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.figures import Figure

HEAD = ("SQL statements", "measured", "limit", "reference", "")


def render(figures: Sequence[Figure]) -> str:
    """One line for each figure; what is above its limit says so."""
    lines = [HEAD, *map(_cells, figures)]
    width = max(len(line[0]) for line in lines)
    return "\n".join(_line(line, width) for line in lines)


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    reference = "" if figure.reference is None else str(figure.reference)
    return figure.name, str(figure.measured), str(figure.limit), reference, "ABOVE" if figure.exceeds else ""


def _line(cells: tuple[str, ...], width: int) -> str:
    name, *numbers, mark = cells
    return f"{name:<{width}}" + "".join(f"{number:>11}" for number in numbers) + (f"  {mark}" if mark else "")
