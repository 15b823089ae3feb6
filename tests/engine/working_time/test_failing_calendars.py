"""A calendar that cannot tell is told by one error and in the log, and holds nothing up."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from django_workflow_engine.working_time import CalendarFailed, Duration, before, due_after, parse_duration
from tests.engine.working_time import calendars
from tests.engine.working_time.counting import CALENDARS, at, working

LOG = "django_workflow_engine.working_time.deadlines"
ANSWERS = [name for name in vars(calendars) if name.startswith("answering_")]


def failure(caplog: Any, calendar: str, *, function: Any = due_after, duration: str = "PT1H") -> CalendarFailed:
    """How it fails with this calendar, and is logged by its name."""
    caplog.clear()
    with working(calendar), pytest.raises(CalendarFailed) as failed:
        function(at("2026-03-06 16:00"), parse_duration(duration), working_time=True)
    (line,) = caplog.records
    assert (line.name, line.levelname, line.exc_info[1]) == (LOG, "ERROR", failed.value)
    assert line.getMessage() == f"No deadline: the working calendar {failed.value.calendar} {failed.value.problem}"
    assert failed.value.calendar == (calendar if "." in calendar else f"{CALENDARS}.{calendar}")
    return failed.value


@pytest.mark.parametrize("function", [due_after, before])
@pytest.mark.parametrize("duration", ["PT1H", "P1D"])
def test_a_calendar_that_raises(caplog, function, duration):
    failed = failure(caplog, "broken", function=function, duration=duration)
    assert "raised LookupError for 2026-03-0" in failed.problem
    assert isinstance(failed.__cause__, LookupError)


@pytest.mark.parametrize("calendar", ANSWERS)
def test_a_calendar_that_gives_something_else(caplog, calendar):
    assert len(ANSWERS) == 13
    failed = failure(caplog, calendar)
    kind = type(getattr(calendars, calendar).answer).__name__
    assert failed.problem.startswith(f"gave a {kind} for 2026-03-05 that is neither")


@pytest.mark.parametrize(
    ("calendar", "problem"),
    [
        ("no.such.calendar", "cannot be imported: ModuleNotFoundError"),
        ("missing", "cannot be imported: ImportError"),
        ("nothing", "is neither a calendar nor a plain function of a day"),
        ("asynchronous", "is neither a calendar nor a plain function of a day"),
        ("without_a_day", "is neither a calendar nor a plain function of a day"),
        ("of_two", "is neither a calendar nor a plain function of a day"),
        ("Closed", "is a class without a method is_working_day"),
        ("Answering", "cannot be made: TypeError"),
        ("Unmakeable", "cannot be made: OSError: the list of holidays is away"),
    ],
)
def test_a_setting_that_names_no_calendar(caplog, calendar, problem):
    assert failure(caplog, calendar).problem.startswith(problem)


@pytest.mark.parametrize("function", [due_after, before])
@pytest.mark.parametrize(("duration", "days"), [("PT1S", 3670), ("P1D", 3670), ("P1DT1H", 3680), ("P3660D", 40_260)])
def test_a_calendar_that_never_works(caplog, function, duration, days):
    failed = failure(caplog, "never", function=function, duration=duration)
    assert f"has too little working time in {days} days at 2026-03-06" in failed.problem


@pytest.mark.parametrize("function", [due_after, before])
def test_a_calendar_that_hardly_works_ends_too(caplog, function):
    started = time.process_time()
    failed = failure(caplog, "a_second_a_day", function=function, duration="PT87840H")
    assert "has too little working time in 40260 days" in failed.problem
    assert time.process_time() - started < 5


@pytest.mark.parametrize("working_time", [True, False])
def test_the_years_end(caplog, working_time):
    last, first = datetime(9999, 12, 30, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)
    beyond = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
    ends = [(due_after, last), (before, first), (due_after, beyond)]
    for function, moment in ends:
        with working(), pytest.raises(CalendarFailed, match="leads beyond the years 1 to 9999"):
            function(moment, Duration(days=30), working_time=working_time)
    assert [line.name for line in caplog.records] == [LOG] * 3


def test_the_error_says_which_calendar_in_another_process_too():
    failed = pickle.loads(pickle.dumps(CalendarFailed("shop.calendars.office", "raised KeyError for 2026-03-06")))
    assert str(failed) == "The working calendar shop.calendars.office raised KeyError for 2026-03-06."
    assert (failed.calendar, failed.problem) == ("shop.calendars.office", "raised KeyError for 2026-03-06")


def test_a_class_is_made_once():
    with working("Counted"):
        for _ in range(3):
            due_after(at("2026-03-06 16:00"), Duration(days=1), working_time=True)
    assert calendars.Counted.made == 1
