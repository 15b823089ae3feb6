"""Settings about working time that could not work are told at start-up."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from tests.engine.working_time.calendars import odd_days
from tests.engine.working_time.counting import CALENDARS, due, working

APP = "django_workflow_engine"


@pytest.fixture(autouse=True)
def no_urls(settings):
    settings.ROOT_URLCONF = None


def told(**options: object) -> list[str]:
    """The ids of the engine's messages; each is an error with a hint."""
    with override_settings(DJANGO_WORKFLOW_ENGINE=options):
        found = [message for message in run_checks() if message.id.startswith(APP)]
    assert all(message.is_serious() and message.hint for message in found)
    return [message.id.removeprefix(f"{APP}.") for message in found]


@pytest.mark.parametrize(
    "path",
    [
        None,
        "workalendar.europe.Germany",
        *(f"{CALENDARS}.{name}" for name in ("never", "broken", "OddDays", "odd_days")),
    ],
)
def test_calendars_that_can_be_asked_are_fine(path):
    """No day is asked about."""
    assert told(WORKING_CALENDAR=path) == []


@pytest.mark.parametrize(
    "path",
    [
        *("no.such.calendar", "workalendar.europe.Atlantis", "workalendar", "workalendar.europe", "", "not a path"),
        *(7, odd_days, lambda day: True, ["workalendar.europe.Germany"]),
        *(f"{CALENDARS}.{name}" for name in ("Closed", "Answering", "Unmakeable", "nothing", "asynchronous", "of_two")),
    ],
)
def test_calendars_that_cannot_be_asked_are_errors(path):
    assert told(WORKING_CALENDAR=path) == ["E036"]


def test_the_message_says_what_is_wrong():
    path = f"{CALENDARS}.Closed"
    with override_settings(DJANGO_WORKFLOW_ENGINE={"WORKING_CALENDAR": path}):
        (found,) = [message for message in run_checks() if message.id.startswith(APP)]
    assert found.msg == (
        f"DJANGO_WORKFLOW_ENGINE['WORKING_CALENDAR'] names “{path}”, which is a class without a method is_working_day."
    )


@pytest.mark.parametrize("hours", [("09:00", "17:00"), ["00:00", "23:59"], ("22:00", "00:00"), ("00:00", "00:00")])
def test_hours_in_order_are_fine(hours):
    assert told(WORKING_HOURS=hours) == []


@pytest.mark.parametrize(
    "hours",
    [
        *(("17:00", "09:00"), ("09:00", "09:00"), ("9:00", "17:00"), ("09:00", "24:00"), ("09:00", "17:60")),
        *(("09:00",), ("09:00", "12:00", "13:00"), "09:00", ("09:00", 17), ("09:00:00", "17:00:00"), None, 8),
        *(("09:00", "17:00\n"), {"09:00", "17:00"}, ("0\u0669:00", "17:00"), ("", "")),
    ],
)
def test_hours_that_are_none_are_errors_and_the_default_counts(hours):
    assert told(WORKING_HOURS=hours) == ["E037"]
    with working(WORKING_HOURS=hours):
        assert due("2026-03-06 16:00", "PT4H") == "2026-03-09 12:00"


@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "UTC", "Asia/Riyadh"])
def test_zones_that_there_are_are_fine(zone):
    assert told(WORKING_TIME_ZONE=zone) == []


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "Europe", "", "../UTC", "/etc/localtime", "a\x00b", "\ud800", 1, []]
)
def test_zones_that_there_are_not_are_errors_and_the_default_counts(zone):
    assert told(WORKING_TIME_ZONE=zone) == ["E038"]
    with working(WORKING_TIME_ZONE=zone), override_settings(TIME_ZONE="Europe/Berlin"):
        assert due("2026-03-06 16:00", "PT4H") == "2026-03-09 12:00"


def test_settings_are_read_at_the_moment_of_use():
    with working():
        assert due("2026-04-02 16:00", "PT4H") == "2026-04-03 12:00"
    with working("workalendar.europe.Germany", WORKING_HOURS=("09:00", "18:00")):
        assert due("2026-04-02 16:00", "PT4H") == "2026-04-07 11:00"
    with working():
        assert due("2026-04-02 16:00", "PT4H") == "2026-04-03 12:00"
