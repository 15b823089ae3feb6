"""The figures as aligned text."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.figures import Figure
from benchmarks.hostile.measuring import Cost
from benchmarks.ratios import Ratio
from benchmarks.requests.comparing import Requests

HEAD = ("SQL statements", "measured", "limit", "reference", "")
REQUESTS_HEAD = ("milliseconds, best of several", "least", "graphene", "ours", "times", "")
COST_HEAD = ("requests that ask for too much", "kB asked", "kB answer", "ms", "x plain", "MB peak", "")
RATIO_HEAD = ("milliseconds, best of several", "naive", "ours", "times", "at least", "")


def render(figures: Sequence[Figure]) -> str:
    """One line for each figure; what is above its limit says so."""
    return _table([HEAD, *map(_cells, figures)])


def render_ratios(ratios: Sequence[Ratio]) -> str:
    """One line for each comparison; what is not as much faster as it must be says so."""
    return _table([RATIO_HEAD, *map(_ratio_cells, ratios)])


def render_requests(compared: Sequence[Requests]) -> str:
    """One line for each question; `times` says how many times faster than graphene-django ours is."""
    return _table([REQUESTS_HEAD, *map(_request_cells, compared)])


def render_costs(costs: Sequence[Cost]) -> str:
    """One line for each request; what was not refused says so."""
    return _table([COST_HEAD, *map(_cost_cells, costs)])


def _table(lines: Sequence[tuple[str, ...]]) -> str:
    width = max(len(line[0]) for line in lines)
    return "\n".join(_line(line, width) for line in lines)


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    reference = "" if figure.reference is None else str(figure.reference)
    return figure.name, str(figure.measured), str(figure.limit), reference, "ABOVE" if figure.exceeds else ""


def _ratio_cells(ratio: Ratio) -> tuple[str, ...]:
    numbers = (f"{value:.1f}" for value in (ratio.naive, ratio.ours, ratio.times, ratio.least))
    return ratio.name, *numbers, "BELOW" if ratio.exceeds else ""


def _request_cells(request: Requests) -> tuple[str, ...]:
    numbers = (f"{value:.1f}" for value in (request.least, request.graphene, request.ours))
    return request.name, *numbers, f"{request.times:.2f}", "BEHIND" if request.times < 1 else ""


def _cost_cells(cost: Cost) -> tuple[str, ...]:
    numbers = (cost.asked, cost.answered, cost.milliseconds, cost.times, cost.peak)
    return cost.name, *(f"{number:.1f}" for number in numbers), "" if cost.refused else "NOT REFUSED"


def _line(cells: tuple[str, ...], width: int) -> str:
    name, *numbers, mark = cells
    return f"{name:<{width}}" + "".join(f"{number:>11}" for number in numbers) + (f"  {mark}" if mark else "")
