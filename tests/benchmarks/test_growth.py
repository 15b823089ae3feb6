"""`make growth` at two small sizes: every page is measured and drawn, and the rows are what the engine writes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.growth.shape import USUAL, Shape
from tests.benchmarks.commands import run

pytestmark = pytest.mark.postgres
SMALL = {"SIZES": "60,120", "TEMPLATES": "6", "COMPANIES": "2", "TIMES": "1"}
LINES = 4 * 7 + 3  # pages of the API for each viewer, and those of the admin
SVG = "{http://www.w3.org/2000/svg}"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_page_is_measured_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "growth.svg"
    said = run("benchmarks.growth", PLOT=str(picture), **SMALL)
    head, _rule, *lines = [cells(line) for line in said.splitlines() if line.startswith("|")]
    assert head == ["page", "asked by", "60", "120", "growth", "statements", "rows", "count alone"]
    assert len(lines) == LINES
    rows = {(page, viewer): shown for page, viewer, *_times, shown, _count in lines}
    assert rows["attachments, 50", "administrator"] == "50"
    assert rows["attachments, 50", "outsider"] == "0"
    assert rows["users, 20", "outsider"] == "1"
    assert rows["workflows, 50", "administrator"] == "6"
    assert len(list(ElementTree.parse(picture).iter(f"{SVG}polyline"))) == LINES


def test_the_courses_are_of_a_thousand_runs() -> None:
    with pytest.raises(ValueError, match="not of 999"):
        Shape(courses=USUAL | {next(iter(USUAL)): USUAL[next(iter(USUAL))] - 1})
