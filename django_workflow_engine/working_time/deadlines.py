"""The moment at which something is due, and the moments before it at which somebody is reminded."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from django_workflow_engine import conf
from django_workflow_engine.definitions.durations import Duration
from django_workflow_engine.working_time.calendars import CalendarFailed, WorkingCalendar, weekdays, working_calendar
from django_workflow_engine.working_time.schedule import Schedule

logger = logging.getLogger(__name__)

# How far a calendar is looked through: ten years, and ten days for each day of the duration.
LOOK_AHEAD_DAYS: Final = 3660
DAYS_FOR_A_DAY: Final = 10


def due_after(start: datetime, duration: Duration, *, working_time: bool) -> datetime:
    """The moment in UTC at which the duration has passed since an aware one.

    Elapsed time counts a day as twenty-four hours. Working time counts from the start, or from the next beginning of
    working time where it is outside: first the days, at the same time of the clock on a later working day, then the
    rest in working hours. Raises CalendarFailed, which is logged, where the project's calendar cannot tell, and
    ValueError for a start without a zone.
    """
    with _failures_logged():
        moment = _in_utc(start)
        return _later(moment, duration, working_calendar()) if working_time else moment + duration.elapsed


def due_anyway(start: datetime, duration: Duration, *, working_time: bool) -> datetime:
    """The same; where the project's calendar cannot tell, which is logged, people work from Monday to Friday.

    What waits for a decision has to be due at some time, and nobody who decides can mend a calendar.
    """
    try:
        return due_after(start, duration, working_time=working_time)
    except CalendarFailed:
        return _later(_in_utc(start), duration, weekdays())


def _later(moment: datetime, duration: Duration, calendar: WorkingCalendar) -> datetime:
    """So much working time later: first the days, then the rest."""
    schedule = _schedule(duration, calendar)
    if duration.days:
        moment = schedule.days_later(moment, duration.days)
    return schedule.time_later(moment, duration.time) if duration.time else moment


def before(due: datetime, duration: Duration, *, working_time: bool) -> datetime:
    """The moment in UTC from which on the duration passes until an aware one: the way of `due_after` back.

    In working time first the hours are counted back, then the days. Raises what `due_after` does.
    """
    with _failures_logged():
        moment = _in_utc(due)
        if not working_time:
            return moment - duration.elapsed
        return _earlier(moment, duration, working_calendar())


def before_anyway(due: datetime, duration: Duration, *, working_time: bool) -> datetime:
    """The same; where the project's calendar cannot tell, people work from Monday to Friday, as for `due_anyway`."""
    try:
        return before(due, duration, working_time=working_time)
    except CalendarFailed:
        return _earlier(_in_utc(due), duration, weekdays())


def _earlier(moment: datetime, duration: Duration, calendar: WorkingCalendar) -> datetime:
    """So much working time earlier: first what is no whole day, then the days."""
    schedule = _schedule(duration, calendar)
    if duration.time:
        moment = schedule.time_earlier(moment, duration.time)
    return schedule.days_earlier(moment, duration.days) if duration.days else moment


def _in_utc(moment: datetime) -> datetime:
    if timezone.is_naive(moment):
        raise ValueError(f"{moment!r} has no zone.")
    return moment.astimezone(UTC)


def _schedule(duration: Duration, calendar: WorkingCalendar) -> Schedule:
    """The working time of a calendar, as far as it is looked through for this duration."""
    days = -(-duration.elapsed // timedelta(days=1))  # rounded up
    most_days = LOOK_AHEAD_DAYS + DAYS_FOR_A_DAY * days
    return Schedule(calendar=calendar, zone=conf.working_time_zone(), most_days=most_days)


@contextmanager
def _failures_logged() -> Iterator[None]:
    """What a calendar did wrong is told to whoever runs the project, whatever the caller makes of it."""
    try:
        yield
    except CalendarFailed as failed:
        logger.exception("No deadline: the working calendar %s %s", failed.calendar, failed.problem)
        raise
    except OverflowError as error:
        logger.exception("No deadline: it would be beyond the years 1 to 9999")
        raise CalendarFailed(
            conf.working_calendar() or "of the settings", "leads beyond the years 1 to 9999"
        ) from error
