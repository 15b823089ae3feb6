"""What is due when: days and hours of work, and the same way back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings

from django_workflow_engine.working_time import Duration, before, due_after, parse_duration
from tests.engine.working_time.counting import BERLIN, at, due, reminded, shown, working

GERMANY = "workalendar.europe.Germany"


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-06 17:00", "PT4H", "2026-03-09 13:00"),  # a Friday
        ("2026-03-06 16:00", "PT4H", "2026-03-09 12:00"),
        ("2026-03-06 16:59", "PT1M", "2026-03-06 17:00"),
        ("2026-03-06 16:59", "PT2M", "2026-03-09 09:01"),
        ("2026-03-06 09:00", "PT8H", "2026-03-06 17:00"),
        ("2026-03-06 09:00", "PT40H", "2026-03-12 17:00"),
        ("2026-03-06 08:59", "PT1H", "2026-03-06 10:00"),
        ("2026-03-06 16:00", "P1D", "2026-03-09 16:00"),
        ("2026-03-06 16:00", "P5D", "2026-03-13 16:00"),
        ("2026-03-06 16:00", "P1W", "2026-03-17 16:00"),
        ("2026-03-06 17:00", "P1D", "2026-03-10 09:00"),  # counted from Monday morning
        ("2026-03-06 16:00", "P1DT2H", "2026-03-10 10:00"),
        ("2026-03-05 09:00", "P1D", "2026-03-06 09:00"),
        ("2026-03-05 09:00", "PT24H", "2026-03-09 17:00"),
        ("2026-03-07 12:00", "PT1H", "2026-03-09 10:00"),  # a Saturday
        ("2026-03-08 23:59", "PT8H", "2026-03-09 17:00"),
        ("2026-03-08 23:59", "P1D", "2026-03-10 09:00"),
        ("2026-03-09 00:00", "P1D", "2026-03-10 09:00"),
    ],
)
def test_from_monday_to_friday_people_work_from_nine_to_five(start, duration, expected):
    with working():
        assert due(start, duration) == expected


@pytest.mark.parametrize(
    ("end", "duration", "expected"),
    [
        ("2026-03-09 12:00", "PT4H", "2026-03-06 16:00"),
        ("2026-03-09 09:00", "PT1H", "2026-03-06 16:00"),
        ("2026-03-09 10:00", "PT1H", "2026-03-09 09:00"),
        ("2026-03-06 17:00", "PT8H", "2026-03-06 09:00"),
        ("2026-03-06 20:00", "PT1H", "2026-03-06 16:00"),
        ("2026-03-08 12:00", "PT1H", "2026-03-06 16:00"),
        ("2026-03-08 12:00", "P1D", "2026-03-05 17:00"),
        ("2026-03-09 09:00", "P1D", "2026-03-06 09:00"),
        ("2026-03-09 17:00", "P1D", "2026-03-06 17:00"),
        ("2026-03-10 10:00", "P1DT2H", "2026-03-06 16:00"),
        ("2026-03-17 16:00", "P1W", "2026-03-06 16:00"),
    ],
)
def test_the_same_way_is_gone_back(end, duration, expected):
    with working():
        assert reminded(end, duration) == expected


@pytest.mark.parametrize(
    ("calendar", "start", "duration", "expected"),
    [
        ("weekdays_but_carnival", "2026-02-13 16:00", "PT4H", "2026-02-17 12:00"),
        ("weekdays_but_carnival", "2026-02-13 16:00", "P1D", "2026-02-17 16:00"),
        ("weekdays_but_carnival", "2026-02-16 10:00", "PT1H", "2026-02-17 10:00"),
        (GERMANY, "2026-04-02 16:00", "PT4H", "2026-04-07 12:00"),  # between Good Friday and Easter Monday
        (GERMANY, "2026-04-02 16:00", "P1D", "2026-04-07 16:00"),
        (GERMANY, "2026-12-23 09:00", "P3D", "2026-12-29 09:00"),
        ("OddDays", "2026-03-31 09:00", "P2D", "2026-04-03 09:00"),
        ("odd_days", "2026-03-30 09:00", "PT9H", "2026-04-01 10:00"),
    ],
)
def test_holidays_are_passed_over(calendar, start, duration, expected):
    with working(calendar):
        assert due(start, duration) == expected


def test_holidays_are_passed_over_on_the_way_back():
    with working(GERMANY):
        assert reminded("2026-04-07 12:00", "PT4H") == "2026-04-02 16:00"
        assert reminded("2026-04-07 12:00", "P1D") == "2026-04-02 12:00"


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-04 11:00", "PT2H", "2026-03-04 14:00"),  # over the break
        ("2026-03-04 11:00", "PT1H", "2026-03-04 12:00"),
        ("2026-03-04 12:30", "PT1H", "2026-03-04 14:00"),
        ("2026-03-05 15:00", "P1D", "2026-03-06 12:00"),  # Friday ends before
        ("2026-03-05 15:00", "P1DT1H", "2026-03-09 10:00"),
        ("2026-03-05 15:00", "P2D", "2026-03-09 15:00"),
        ("2026-03-05 11:00", "P1DT2H", "2026-03-09 10:00"),
        ("2026-03-05 12:00", "P1D", "2026-03-06 12:00"),  # from 13:00 on
        ("2026-03-04 11:59", "P1D", "2026-03-05 11:59"),
    ],
)
def test_a_calendar_may_tell_the_hours_of_each_day(start, duration, expected):
    with working("with_a_break"):
        assert due(start, duration) == expected


def test_the_way_back_over_a_break():
    with working("with_a_break"):
        assert reminded("2026-03-04 14:00", "PT2H") == "2026-03-04 11:00"
        assert reminded("2026-03-06 12:00", "PT4H") == "2026-03-05 16:00"
        assert reminded("2026-03-09 15:00", "P1D") == "2026-03-06 12:00"
        assert reminded("2026-03-09 10:00", "P1DT2H") == "2026-03-05 11:00"
        assert reminded("2026-03-06 14:00", "P1D") == "2026-03-05 12:00"


def test_a_shift_over_midnight_is_a_piece_of_each_day():
    with working("night_shift"):
        assert due("2026-03-04 22:00", "PT8H") == "2026-03-05 06:00"
        assert due("2026-03-04 12:00", "PT3H") == "2026-03-05 01:00"
        assert due("2026-03-04 23:00", "P1D") == "2026-03-05 23:00"
        assert reminded("2026-03-05 01:00", "PT3H") == "2026-03-04 22:00"


def test_the_end_of_a_day_at_midnight_belongs_to_that_day():
    with working("weekdays_around_the_clock"):
        assert due("2026-03-06 12:00", "PT12H") == "2026-03-07 00:00"
        assert due("2026-03-06 12:00", "PT13H") == "2026-03-09 01:00"
        assert due("2026-03-07 00:00", "P1D") == "2026-03-10 00:00"
        assert reminded("2026-03-07 00:00", "P1D") == "2026-03-06 00:00"  # the end of Thursday
        assert reminded("2026-03-09 00:00", "PT1H") == "2026-03-06 23:00"


@pytest.mark.parametrize(
    ("hours", "duration", "expected"),
    [
        (("08:00", "12:30"), "PT3H", "2026-03-09 11:00"),
        (["08:00", "12:30"], "PT3H", "2026-03-09 11:00"),
        (("22:00", "00:00"), "PT3H", "2026-03-09 23:00"),
        (("00:00", "00:00"), "PT4H", "2026-03-06 20:00"),
        (("00:00", "00:00"), "PT9H", "2026-03-09 01:00"),
    ],
)
def test_the_settings_tell_the_hours_of_a_working_day(hours, duration, expected):
    with working(WORKING_HOURS=hours):
        assert due("2026-03-06 16:00", duration) == expected


@override_settings(TIME_ZONE="Asia/Riyadh")
def test_hours_are_by_the_clock_of_the_project_s_zone():
    """At 15:30 UTC it is 18:30 in Riyadh, 16:30 in Berlin and 10:30 in New York."""
    start, hour = datetime(2026, 3, 4, 15, 30, tzinfo=UTC), parse_duration("PT1H")
    expected = {
        None: datetime(2026, 3, 5, 7, tzinfo=UTC),
        "Europe/Berlin": datetime(2026, 3, 5, 8, 30, tzinfo=UTC),
        "America/New_York": datetime(2026, 3, 4, 16, 30, tzinfo=UTC),
    }
    for zone, moment in expected.items():
        with working(WORKING_TIME_ZONE=zone):
            found = due_after(start, hour, working_time=True)
            assert (found, found.tzinfo) == (moment, UTC)


def test_the_zone_of_the_start_makes_no_difference():
    with working():
        start = at("2026-03-06 16:00")
        elsewhere = start.astimezone(ZoneInfo("Pacific/Kiritimati"))
        assert shown(due_after(elsewhere, parse_duration("P1DT4H"), working_time=True)) == "2026-03-10 12:00"


def test_elapsed_time_asks_no_calendar():
    with working("broken"):
        start = at("2026-03-28 12:00")  # the clock is put forward in the night
        found = due_after(start, parse_duration("P1DT2H"), working_time=False)
        assert (found, found.tzinfo) == (start.astimezone(UTC) + timedelta(hours=26), UTC)
        assert before(found, parse_duration("P1DT2H"), working_time=False) == start


@pytest.mark.parametrize("function", [due_after, before])
@pytest.mark.parametrize("working_time", [True, False])
def test_a_moment_without_a_zone_is_refused(function, working_time):
    with pytest.raises(ValueError, match="has no zone"):
        function(datetime(2026, 3, 6, 16), Duration(days=1), working_time=working_time)


SAMPLED = ["with_a_break", "night_shift", "weekdays_around_the_clock", "around_the_change", GERMANY]


@pytest.mark.parametrize("calendar", SAMPLED)
def test_the_way_back_leads_to_the_start_and_two_ways_are_as_long_as_one(calendar):
    """From starts inside of working time: each is a beginning, and then some time of work later."""
    random = Random(calendar)
    with working(calendar):
        for _ in range(60):
            some_day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=random.randrange(365))
            start = due_after(some_day, some_time(random), working_time=True)
            first, second = some_time(random), some_time(random)
            end = due_after(start, first, working_time=True)
            assert before(end, first, working_time=True) == start
            further = due_after(end, second, working_time=True)
            assert further == due_after(start, Duration(time=first.time + second.time), working_time=True)
            assert before(before(further, second, working_time=True), first, working_time=True) == start


def some_time(random: Random) -> Duration:
    """Up to four days in odd seconds, after which no working time ends."""
    return Duration(time=timedelta(seconds=random.randrange(1, 4 * 86_400, 2)))


@pytest.mark.parametrize("calendar", [None, GERMANY, "with_a_break"])
def test_days_are_added_up_too(calendar):
    random = Random(7)
    with working(calendar):
        for _ in range(60):
            start = due_after(at("2026-01-05 09:00"), Duration(days=random.randrange(1, 300)), working_time=True)
            first, second = random.randrange(1, 40), random.randrange(1, 40)
            end = due_after(start, Duration(days=first), working_time=True)
            assert before(end, Duration(days=first), working_time=True) == start
            further = due_after(end, Duration(days=second), working_time=True)
            assert further == due_after(start, Duration(days=first + second), working_time=True)


def test_a_simple_count_agrees():
    """Minute by minute, in a week with both kinds of days and a break."""
    with working("with_a_break"):
        minutes = [minute for minute in range(14 * 1440) if is_worked(minute)]
        start = datetime(2026, 3, 2, tzinfo=BERLIN)
        for first in (0, 1, 59, 60, 300, 1000, 1439):
            for length in (1, 2, 60, 179, 180, 181, 420, 1000, 1860):
                end = minutes[first + length - 1] + 1
                begin = start + timedelta(minutes=minutes[first])
                found = due_after(begin, Duration(time=timedelta(minutes=length)), working_time=True)
                assert found == start + timedelta(minutes=end)


def is_worked(minute: int) -> bool:
    """Whether somebody works in this minute after midnight of a Monday."""
    day, hour = minute // 1440 % 7, minute % 1440 / 60
    return day < 5 and (9 <= hour < 12 or (day < 4 and 13 <= hour < 17))


@pytest.mark.parametrize(("duration", "days"), [("P3660D", 3660), ("PT87840H", 87_840 // 8)])
def test_the_longest_durations_take_no_time(duration, days):
    start = at("2026-03-06 16:00")
    with working():
        started = time.process_time()
        end = due_after(start, parse_duration(duration), working_time=True)
        assert time.process_time() - started < 2  # a tenth of it where nobody else is busy
        assert shown(end) == shown(start + timedelta(weeks=days // 5))
        assert before(end, parse_duration(duration), working_time=True) == start


def test_a_real_calendar_takes_no_longer():
    with working(GERMANY):
        started = time.process_time()
        end = due_after(at("2026-03-06 16:00"), Duration(days=3660), working_time=True)
        assert time.process_time() - started < 2
        assert before(end, Duration(days=3660), working_time=True) == at("2026-03-06 16:00")
