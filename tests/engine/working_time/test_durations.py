"""Durations of deadlines are read as ISO 8601 writes them, and nothing else is."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.durations import Duration, parse_duration, read_duration
from django_workflow_engine.errors import Fault, InvalidInput

BOUNDS = "A duration is more than nothing and at most 3660 days."
FORM = "A duration is written as P3D, P2W, PT36H or P1DT12H: in whole numbers and capital letters."
CALENDAR = "Years and months have no fixed length: a duration is written in days or weeks, as P30D or P4W."
NUMBERS = "A duration is of whole numbers, none of them negative."


@pytest.mark.parametrize(
    ("text", "days", "hours", "minutes", "seconds", "normal"),
    [
        ("P3D", 3, 0, 0, 0, "P3D"),
        ("P2W", 14, 0, 0, 0, "P14D"),
        ("PT36H", 0, 36, 0, 0, "PT36H"),
        ("PT90M", 0, 0, 90, 0, "PT1H30M"),
        ("PT3600S", 0, 0, 0, 3600, "PT1H"),
        ("P1DT12H", 1, 12, 0, 0, "P1DT12H"),
        ("P1DT2H3M4S", 1, 2, 3, 4, "P1DT2H3M4S"),
        ("PT1H1S", 0, 1, 0, 1, "PT1H1S"),
        ("P0DT1S", 0, 0, 0, 1, "PT1S"),
        ("P01DT00H", 1, 0, 0, 0, "P1D"),
        ("PT1S", 0, 0, 0, 1, "PT1S"),
        ("P3660D", 3660, 0, 0, 0, "P3660D"),
        ("P522W", 3654, 0, 0, 0, "P3654D"),
        ("PT87840H", 0, 87840, 0, 0, "PT87840H"),
        ("P3659DT24H", 3659, 24, 0, 0, "P3659DT24H"),
        ("PT316224000S", 0, 87840, 0, 0, "PT87840H"),
    ],
)
def test_a_text_is_read_and_written_in_its_normal_form(text, days, hours, minutes, seconds, normal):
    read = parse_duration(text)
    assert read == Duration(days=days, time=timedelta(hours=hours, minutes=minutes, seconds=seconds))
    assert str(read) == normal
    assert parse_duration(normal) == read


def test_a_day_is_not_twenty_four_hours():
    assert parse_duration("P1D") != parse_duration("PT24H")
    assert parse_duration("P1D").elapsed == parse_duration("PT24H").elapsed == timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "1D", "P1", "P1H", "PT1D", "P1DT1", "PD", "PTH", "P1D2D", "PT1M1H", "PT1S1M"),
        *("p1d", "P1d", "PT1h", " P1D", "P1D ", "P1D\n", "P1D\x00", "P 1D", "P1W2D", "P2DT1W"),
        *("-P1D", "+P1D", "P-1D", "P+1D", "PT-1H", "P1.5D", "P1,5D", "PT0.5H", "PT1.5S", "P1e3D", "P1_0D"),
        *(
            "P\u0663D",
            "P\uff11D",
            "P\u00b2D",
            "1 day",
            "24:00:00",
            "P" + "9" * 10_000 + "D",
            "PT" + "0" * 10_000 + "1S",
        ),
    ],
)
def test_what_is_written_in_another_way_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        parse_duration(text)
    assert refused.value.message == FORM


@pytest.mark.parametrize("text", ["P1Y", "P1M", "P1Y2M3D", "P1M1DT1M", "P1.5M", "P" + "1" * 50 + "Y"])
def test_years_and_months_are_told_to_have_no_fixed_length(text):
    with pytest.raises(InvalidInput) as refused:
        parse_duration(text)
    assert refused.value.message == CALENDAR


@pytest.mark.parametrize(
    "text",
    [
        *("PT0S", "P0D", "P0W", "P0DT0H0M0S"),
        *("P3661D", "P523W", "P3660DT1S", "PT87840H1S", "PT87841H", "PT316224001S", "P3659DT24H1S"),
        *("P365000D", "P" + "9" * 90 + "D", "PT" + "9" * 90 + "H", "PT" + "9" * 90 + "S", "P" + "9" * 90 + "W"),
    ],
)
def test_a_duration_is_more_than_nothing_and_at_most_ten_years(text):
    with pytest.raises(InvalidInput) as refused:
        parse_duration(text)
    assert refused.value.message == BOUNDS


@pytest.mark.parametrize("length", [10_000, 1_000_000])
@pytest.mark.parametrize("text", ["P{}D", "PT{}H", "P{}", "{}", "P{}DT{}H"])
def test_a_long_text_is_refused_at_once(text, length):
    long = text.replace("{}", "9" * length)
    started = time.process_time()
    with pytest.raises(InvalidInput):
        parse_duration(long)
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"days": -1}, NUMBERS),
        ({"time": timedelta(seconds=-1)}, NUMBERS),
        ({"days": 2, "time": timedelta(hours=-1)}, NUMBERS),
        ({"time": timedelta(microseconds=1)}, NUMBERS),
        ({}, BOUNDS),
        ({"days": 10**30}, BOUNDS),
        ({"time": timedelta.max - timedelta(microseconds=999_999)}, BOUNDS),
    ],
)
def test_no_duration_is_made_that_none_could_be_read_as(given, message):
    with pytest.raises(InvalidInput) as refused:
        Duration(**given)
    assert refused.value.message == message


def test_the_reader_gives_a_duration_or_none():
    faults: list[Fault] = []
    assert read_duration("P1DT12H", ("deadline",), faults) == Duration(days=1, time=timedelta(hours=12))
    assert read_duration(Duration(days=1), ("deadline",), faults) == Duration(days=1)
    assert read_duration(None, ("deadline",), faults) is None
    assert faults == []


@pytest.mark.parametrize(
    ("value", "message"),
    [("P1M", CALENDAR), ("P0D", BOUNDS), ("soon", FORM), ("", FORM), (3, FORM), (True, FORM), (["P1D"], FORM)],
)
def test_the_reader_tells_a_fault_with_its_path(value, message):
    faults: list[Fault] = []
    assert read_duration(value, ("approvals", "0", "deadline"), faults) is None
    assert faults == [Fault(code=ErrorCode.INVALID, message=message, path=("approvals", "0", "deadline"))]
