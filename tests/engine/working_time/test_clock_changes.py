"""The two nights in which clocks change: hours are real ones, days are those of the clock.

In Berlin, the clock is put forward from 2:00 to 3:00 on 29 March 2026 and back from 3:00 to 2:00 on 25 October 2026.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.engine.working_time.counting import due, reminded, working


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-29 00:00", "PT23H", "2026-03-30 00:00"),
        ("2026-03-28 12:00", "PT24H", "2026-03-29 13:00"),
        ("2026-03-29 01:30", "PT1H", "2026-03-29 03:30"),
        ("2026-03-28 12:00", "P1D", "2026-03-29 12:00"),
        ("2026-03-28 02:30", "P1D", "2026-03-29 03:30"),  # there is no 2:30
        ("2026-03-28 02:30", "P2D", "2026-03-30 02:30"),
        ("2026-03-28 02:30", "P1DT1H", "2026-03-29 04:30"),
        ("2026-10-25 00:00", "PT25H", "2026-10-26 00:00"),
        ("2026-10-24 12:00", "PT24H", "2026-10-25 11:00"),
        ("2026-10-25 01:30", "PT1H", "2026-10-25 02:30"),
        ("2026-10-25 01:30", "PT2H", "2026-10-25 02:30+"),
        ("2026-10-25 02:30+", "PT1H", "2026-10-25 03:30"),
        ("2026-10-24 12:00", "P1D", "2026-10-25 12:00"),
        ("2026-10-24 02:30", "P1D", "2026-10-25 02:30"),  # the first of two
        ("2026-10-24 02:30", "P1DT1H", "2026-10-25 02:30+"),
        ("2026-10-25 02:30+", "P1D", "2026-10-26 02:30"),
    ],
)
def test_around_the_clock(start, duration, expected):
    with working("around_the_clock"):
        assert due(start, duration) == expected


@pytest.mark.parametrize(
    ("end", "duration", "expected"),
    [
        ("2026-03-30 00:00", "PT23H", "2026-03-29 00:00"),
        ("2026-03-29 03:30", "PT1H", "2026-03-29 01:30"),
        ("2026-03-30 02:30", "P1D", "2026-03-29 03:30"),
        ("2026-03-29 12:00", "P1D", "2026-03-28 12:00"),
        ("2026-10-26 00:00", "PT25H", "2026-10-25 00:00"),
        ("2026-10-25 02:30+", "PT1H", "2026-10-25 02:30"),
        ("2026-10-26 02:30", "P1D", "2026-10-25 02:30"),
        ("2026-10-25 12:00", "P1D", "2026-10-24 12:00"),
    ],
)
def test_around_the_clock_and_back(end, duration, expected):
    with working("around_the_clock"):
        assert reminded(end, duration) == expected


@pytest.mark.parametrize(
    ("duration", "spring", "autumn"),
    [
        ("PT1H", "2026-03-29 03:00", "2026-10-25 02:00"),
        ("PT4H", "2026-03-29 06:00", "2026-10-25 04:00"),  # from one to six it is four hours, and six
        ("PT5H", "2026-03-29 23:00", "2026-10-25 05:00"),
        ("PT6H", "2026-03-30 00:00", "2026-10-25 06:00"),
        ("PT7H", "2026-03-30 01:00", "2026-10-25 23:00"),
    ],
)
def test_a_night_shift_is_as_long_as_the_night(duration, spring, autumn):
    with working("night_shift"):
        assert due("2026-03-29 01:00", duration) == spring
        assert due("2026-10-25 01:00", duration) == autumn


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-28 01:00", "PT2H15M", "2026-03-28 03:15"),
        ("2026-03-29 01:00", "PT1H", "2026-03-29 03:00"),
        ("2026-03-29 01:00", "PT1H30M", "2026-03-29 03:30"),  # 2:30 counts on to 3:30, which is after 3:15
        ("2026-03-29 01:00", "PT1H31M", "2026-03-29 04:01"),
        ("2026-10-25 01:00", "PT1H30M", "2026-10-25 02:30"),
        ("2026-10-25 01:00", "PT2H30M", "2026-10-25 02:30+"),
        ("2026-10-25 01:00", "PT3H15M", "2026-10-25 03:15"),
        ("2026-10-25 01:00", "PT3H16M", "2026-10-25 04:01"),
    ],
)
def test_hours_that_begin_and_end_in_the_change_are_counted_once(start, duration, expected):
    with working("around_the_change"):
        assert due(start, duration) == expected


def test_hours_that_a_change_pushes_into_the_next_ones_are_counted_once():
    """From 1:00 to 3:30, which 2:30 is, and on to 4:00: two real hours."""
    with working("over_the_change"):
        assert due("2026-03-29 01:00", "PT2H") == "2026-03-29 04:00"
        assert reminded("2026-03-29 04:00", "PT2H") == "2026-03-29 01:00"
        assert due("2026-03-28 01:00", "PT2H") == "2026-03-28 03:30"


def test_a_day_whose_hours_are_left_out_is_not_worked():
    with working("within_the_change"):
        assert due("2026-03-28 03:00", "P1D") == "2026-03-30 03:00"
        assert due("2026-03-28 03:00", "PT30M") == "2026-03-30 03:00"
        assert reminded("2026-03-30 03:00", "P1D") == "2026-03-28 03:00"


def test_a_clock_that_is_put_forward_at_midnight():
    """In Cairo 24 April 2026 begins at one o'clock."""
    cairo = ZoneInfo("Africa/Cairo")
    with working("around_the_clock", WORKING_TIME_ZONE="Africa/Cairo"):
        assert due("2026-04-23 23:00", "PT1H", cairo) == "2026-04-24 01:00"
        assert due("2026-04-23 12:00", "PT24H", cairo) == "2026-04-24 13:00"
        assert due("2026-04-23 00:00", "P1D", cairo) == "2026-04-24 01:00"
        assert reminded("2026-04-24 13:00", "PT24H", cairo) == "2026-04-23 12:00"


def test_a_clock_that_is_put_back_over_midnight():
    """In St. John's one minute of 7 November 2010 passed before it was 6 November for another hour."""
    place = ZoneInfo("America/St_Johns")
    with working("around_the_clock", WORKING_TIME_ZONE="America/St_Johns"):
        assert due("2010-11-06 23:30+", "PT1H", place) == "2010-11-07 00:30"
        assert due("2010-11-06 23:30", "PT2H", place) == "2010-11-07 00:30"
        assert reminded("2010-11-07 00:30", "PT2H", place) == "2010-11-06 23:30"
        assert reminded("2010-11-07 00:30", "PT1H", place) == "2010-11-06 23:30+"
        assert reminded("2010-11-06 23:45+", "PT15M", place) == "2010-11-06 23:30+"


def test_a_clock_that_is_put_forward_over_midnight():
    """In Toronto half past eleven on 30 March 1919 was half past midnight: what ended at 23:45 did so at 0:45."""
    toronto = ZoneInfo("America/Toronto")
    with working("late", WORKING_TIME_ZONE="America/Toronto"):
        assert due("1919-03-31 00:35", "PT5M", toronto) == "1919-03-31 00:40"
        assert reminded("1919-03-31 00:40", "PT5M", toronto) == "1919-03-31 00:35"
