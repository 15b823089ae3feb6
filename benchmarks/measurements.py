"""Everything that is measured. A new measurement is a function that returns figures, and a line in the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from benchmarks import pages, reading, verbs
from benchmarks.figures import Figure
from benchmarks.ratios import Ratio

MEASUREMENTS: Final[Sequence[Callable[[], list[Figure]]]] = [
    verbs.attaching,
    verbs.approving,
    pages.of_workflows,
    pages.of_attachments,
    pages.of_the_inbox,
]


def measure() -> list[Figure]:
    """The figures of every measurement, in the order of the list."""
    return [figure for measurement in MEASUREMENTS for figure in measurement()]


def compare_speed() -> list[Ratio]:
    """How many times faster the reads are than their naive forms."""
    return [comparison() for comparison in reading.COMPARISONS]
