"""A workflow's positions as a picture: SVG of its own, without a script, a style or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from django_workflow_engine.definitions.bounds import COLOR, DEFAULT_COLOR
from django_workflow_engine.strategies.diagram import Diagram, DiagramNode

WIDTH: Final = 190
HEIGHT: Final = 54
GAP: Final = 34
HEADING: Final = 22
IN_A_LINE: Final = 5
_LONGEST: Final = 24
_LONGEST_BELOW: Final = 27  # in the smaller line


@dataclass(frozen=True, kw_only=True)
class _Box:
    """One position with the place of its upper left corner."""

    node: DiagramNode
    x: int
    y: int


def picture_of(diagram: Diagram) -> SafeString:
    """The diagram as SVG, a line for each pipeline; the node where a run stands says so."""
    if not diagram.nodes:
        return format_html("<p>{}</p>", _("There is no position yet."))
    lines = list(_lines(diagram.nodes))
    boxes = [box for _heading, line in lines for box in line]
    width = max(box.x for box in boxes) + WIDTH + GAP
    height = boxes[-1].y + HEIGHT + GAP
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" direction="{}" width="{}" height="{}" '
        'viewBox="0 0 {} {}" font-size="13" fill="currentColor">{}</svg>',
        _("The positions of the workflow, in order"),
        "rtl" if get_language_bidi() else "ltr",
        *(width, height, width, height),
        _content(lines, boxes, diagram.current, width),
    )


def _content(lines: list[tuple[str, list[_Box]]], boxes: list[_Box], current: str | None, width: int) -> SafeString:
    """Headings, arrows and boxes, from the right to the left where people read so."""
    content = format_html(
        "{}{}{}",
        format_html_join("", '<text x="4" y="{}" font-weight="bold"{}>{}</text>', _headings(lines)),
        format_html_join("", '<path d="{}" fill="none" stroke="currentColor"/><path d="{}"/>', _arrows(boxes)),
        format_html_join("", "{}", ((_drawn(box, is_current=box.node.id == current),) for box in boxes)),
    )
    return format_html("<g{}>{}</g>", _mirrored(width), content) if get_language_bidi() else content


def _lines(nodes: Sequence[DiagramNode]) -> Iterator[tuple[str, list[_Box]]]:
    """The boxes line by line, each line with the heading above it; the stages of a pipeline share a heading."""
    y = 0
    for heading, group in groupby(nodes, key=_heading_of):
        members = list(group)
        for start in range(0, len(members), IN_A_LINE):
            above = heading if start == 0 else ""
            y += HEADING
            line = members[start : start + IN_A_LINE]
            yield above, [_Box(node=node, x=4 + index * (WIDTH + GAP), y=y) for index, node in enumerate(line)]
            y += HEIGHT + GAP // 2


def _heading_of(node: DiagramNode) -> str:
    return node.pipeline or "" if node.id.startswith("stage-") else ""


def _headings(lines: Iterable[tuple[str, list[_Box]]]) -> Iterator[tuple[int, SafeString, str]]:
    for heading, line in lines:
        if heading:
            yield line[0].y - 7, _mirrored(2 * 4), heading


def _arrows(boxes: Sequence[_Box]) -> Iterator[tuple[str, str]]:
    """The line from each box to the next, and the arrow's head."""
    for left, right in pairwise(boxes):
        if left.y == right.y:
            y = left.y + HEIGHT // 2
            yield f"M{left.x + WIDTH} {y}H{right.x - 6}", f"M{right.x} {y}l-8 -4v8z"
        else:
            x, turn = right.x + WIDTH - 24, left.y + HEIGHT + 6
            yield f"M{left.x + WIDTH // 2} {left.y + HEIGHT}V{turn}H{x}V{right.y - 6}", f"M{x} {right.y}l-4 -8h8z"


def _drawn(box: _Box, *, is_current: bool) -> SafeString:
    node = box.node
    asked = ngettext("%d approval", "%d approvals", node.approvals) % node.approvals
    state = _("now") if is_current else _("skipped") if node.is_skipped else ""
    asked = " · ".join(filter(None, (asked, state, *node.conditions)))
    return format_html(
        '<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="none" stroke="currentColor" '
        'stroke-width="{}" stroke-dasharray="{}"/><rect x="{}" y="{}" width="6" height="{}" fill="{}"/>'
        '<text x="{}" y="{}"{}>{}</text><text x="{}" y="{}" font-size="11"{}>{}</text></g>',
        "\n".join([node.label, *node.conditions]),
        *(box.x, box.y, WIDTH, HEIGHT, 3 if is_current else 1, "4 4" if node.is_skipped else "none"),
        *(box.x + 4, box.y + 8, HEIGHT - 16, _color(node)),
        *(box.x + 18, box.y + 23, _mirrored(2 * (box.x + 18)), _shortened(node.label)),
        *(box.x + 18, box.y + 41, _mirrored(2 * (box.x + 18)), _shortened(asked, _LONGEST_BELOW)),
    )


def _mirrored(sum_of_sides: int) -> SafeString:
    """Left for right where people read from the right: the whole picture, and each text in it back about its start."""
    if not get_language_bidi():
        return SafeString("")
    return format_html(' transform="matrix(-1 0 0 1 {} 0)"', sum_of_sides)


def _color(node: DiagramNode) -> str:
    """The node's colour; stored JSON may hold anything."""
    return node.color if node.color and COLOR.fullmatch(node.color) else DEFAULT_COLOR


def _shortened(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
