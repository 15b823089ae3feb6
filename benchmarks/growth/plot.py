"""The figures as a picture: a panel for each viewer, a line for each page, both axes by powers of ten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.growth.measuring import LIMIT_SECONDS, Figure
from benchmarks.growth.pages import Viewer
from benchmarks.growth.table import by_page

_PANEL: Final = (430, 330)
_MARGIN: Final = (60, 34, 16, 44)  # left, top, right, bottom
_LEGEND: Final = 200
_COLORS: Final = (
    "#1f77b4",
    "#ff7f0e",
    "#2ca02c",
    "#d62728",
    "#9467bd",
    "#8c564b",
    "#e377c2",
    "#7f7f7f",
    "#bcbd22",
    "#17becf",
)
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#333}.title{font-weight:bold}.grid{stroke:#ddd}.line{fill:none;stroke-width:2}"
)
Scale = Callable[[float], float]


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Where a panel's values are in the picture."""

    x: Scale
    y: Scale
    sizes: Sequence[int]
    powers: Sequence[int]  # of ten, in milliseconds


def draw(figures: Sequence[Figure]) -> str:
    """The picture as SVG."""
    pages = list(dict.fromkeys(figure.page for figure in figures))
    colors = {page: _COLORS[number % len(_COLORS)] for number, page in enumerate(pages)}
    panels = [line for number, viewer in enumerate(Viewer) for line in _panel(figures, viewer, number, colors)]
    width, height = 2 * _PANEL[0] + _LEGEND, 2 * _PANEL[1]
    box = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return "\n".join([box, f"<style>{_STYLE}</style>", ground, *panels, *_legend(colors), "</svg>", ""])


def _panel(figures: Sequence[Figure], viewer: Viewer, number: int, colors: dict[str, str]) -> Iterator[str]:
    axes = _axes(figures)
    yield f'<g transform="translate({number % 2 * _PANEL[0]},{number // 2 * _PANEL[1]})">'
    yield f'<text class="title" x="{_MARGIN[0]}" y="20">{viewer}: milliseconds by number of runs</text>'
    yield from _grid(axes)
    for (page, _viewer), found in by_page([figure for figure in figures if figure.viewer == viewer]):
        yield _curve(axes, found, colors[page])
    yield "</g>"


def _axes(figures: Sequence[Figure]) -> Axes:
    """The same for every panel."""
    sizes = sorted({figure.runs for figure in figures})
    values = [_shown(figure) for figure in figures]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    left, top, right, bottom = _MARGIN
    x = _scale(log10(sizes[0]), log10(sizes[-1]), left + 10, _PANEL[0] - right - 10)
    y = _scale(low, max(high, low + 1), _PANEL[1] - bottom, top)
    return Axes(x=x, y=y, sizes=sizes, powers=range(low, max(high, low + 1) + 1))


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    width = (high - low) or 1
    return lambda value: start + (log10(value) - low) / width * (end - start)


def _shown(figure: Figure) -> float:
    """Milliseconds; what was over the limit is drawn at the limit."""
    return LIMIT_SECONDS * 1000 if figure.milliseconds is None else max(figure.milliseconds, 0.1)


def _grid(axes: Axes) -> Iterator[str]:
    for power in axes.powers:
        y = axes.y(10**power)
        yield f'<line class="grid" x1="{_MARGIN[0]}" x2="{_PANEL[0] - _MARGIN[2]}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_MARGIN[0] - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
    for size in axes.sizes:
        x = axes.x(size)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_MARGIN[1]}" y2="{_PANEL[1] - _MARGIN[3]}"/>'
        yield f'<text x="{x:.1f}" y="{_PANEL[1] - _MARGIN[3] + 18}" text-anchor="middle">{size:,}</text>'


def _curve(axes: Axes, figures: Sequence[Figure], color: str) -> str:
    points = " ".join(f"{axes.x(figure.runs):.1f},{axes.y(_shown(figure)):.1f}" for figure in figures)
    dots = "".join(
        f'<circle cx="{axes.x(figure.runs):.1f}" cy="{axes.y(_shown(figure)):.1f}" r="3" fill="{color}"/>'
        for figure in figures
    )
    return f'<polyline class="line" stroke="{color}" points="{points}"/>{dots}'


def _legend(colors: dict[str, str]) -> Iterator[str]:
    x = 2 * _PANEL[0] + 10
    for number, (page, color) in enumerate(colors.items()):
        y = 40 + number * 22
        yield f'<line class="line" stroke="{color}" x1="{x}" x2="{x + 18}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{x + 24}" y="{y + 4}">{escape(page)}</text>'
