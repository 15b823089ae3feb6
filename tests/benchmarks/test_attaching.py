"""The benchmark of many objects: both ways write the same, and it prints how much faster one of them is."""

from __future__ import annotations

import re

import pytest

from tests.benchmarks.commands import run

pytestmark = pytest.mark.postgres


def test_many_objects_together_are_faster_than_one_by_one() -> None:
    said = run("benchmarks.attaching", OBJECTS="200")
    for asked in ("one approver", "a role of 5"):
        assert re.search(
            rf"{asked}\n +one by one +20 objects .*\n +together +200 objects .*\n +[\d.]+ times as fast\n", said
        )
    assert said.count("Both wrote the same.\n") == 2
