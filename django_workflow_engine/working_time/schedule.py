"""Working time as intervals between moments, and the ways along it in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from django_workflow_engine.working_time.calendars import CalendarFailed, WorkingCalendar

LATER: Final = timedelta(days=1)
EARLIER: Final = -LATER


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Working time without a break on one day, between two moments in UTC."""

    day: date
    begin: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The working time of a calendar, whose hours are by the clock of a zone.

    It is looked through for `most_days` at a time. All moments are in UTC; everything raises CalendarFailed.
    """

    calendar: WorkingCalendar
    zone: tzinfo
    most_days: int

    def days_later(self, moment: datetime, count: int) -> datetime:
        """The same time of the clock so many working days later."""
        interval = self._first(self._intervals_after(moment), moment)
        return self._on_another_day(interval, max(moment, interval.begin), count, LATER)

    def days_earlier(self, moment: datetime, count: int) -> datetime:
        """The same time of the clock so many working days earlier."""
        interval = self._first(self._intervals_before(moment), moment)
        return self._on_another_day(interval, min(moment, interval.end), count, EARLIER)

    def time_later(self, moment: datetime, left: timedelta) -> datetime:
        """The moment until which so much working time has passed."""
        for interval in self._intervals_after(moment):
            begin = max(moment, interval.begin)
            if left <= interval.end - begin:
                return begin + left
            left -= interval.end - begin
        raise self._too_little(moment)

    def time_earlier(self, moment: datetime, left: timedelta) -> datetime:
        """The moment from which on so much working time passes."""
        for interval in self._intervals_before(moment):
            end = min(moment, interval.end)
            if left <= end - interval.begin:
                return end - left
            left -= end - interval.begin
        raise self._too_little(moment)

    def _on_another_day(self, interval: Interval, moment: datetime, count: int, step: timedelta) -> datetime:
        """The moment's time of the clock on the working day that is so many from the interval's.

        Where that is in no working time of that day, it is the next beginning, else the end of the day's.
        """
        since_midnight = moment.astimezone(self.zone).replace(tzinfo=None) - _midnight(interval.day)
        intervals = self._working_day(interval.day + step, count, step)
        wanted = self._moment(intervals[0].day, since_midnight)
        return next((max(wanted, one.begin) for one in intervals if wanted <= one.end), intervals[-1].end)

    def _working_day(self, first: date, count: int, step: timedelta) -> Sequence[Interval]:
        """What is worked on the working day with this number, counted from the first day on."""
        for day in self._days(first, step):
            intervals = self._intervals_on(day)
            count -= bool(intervals)
            if count == 0:
                return intervals
        raise self._too_little(first)

    def _intervals_after(self, moment: datetime) -> Iterator[Interval]:
        """The intervals that end after the moment, in order."""
        first = moment.astimezone(self.zone).date() + EARLIER  # put forward over midnight, its last hours are today's
        for day in self._days(first, LATER):
            yield from (one for one in self._intervals_on(day) if one.end > moment)

    def _intervals_before(self, moment: datetime) -> Iterator[Interval]:
        """The intervals that begin at the moment or before it, the latest first."""
        first = moment.astimezone(self.zone).date() + LATER  # put back over midnight, tomorrow has begun
        for day in self._days(first, EARLIER):
            yield from (one for one in reversed(self._intervals_on(day)) if one.begin <= moment)

    def _first(self, intervals: Iterator[Interval], moment: datetime) -> Interval:
        found = next(intervals, None)
        if found is None:
            raise self._too_little(moment)
        return found

    def _days(self, first: date, step: timedelta) -> Iterator[date]:
        """The days from the first one on, as many as are looked through."""
        return (first + number * step for number in range(self.most_days))

    def _intervals_on(self, day: date) -> Sequence[Interval]:
        """What is worked on a day, in order; a clock that is put forward may leave an interval out."""
        intervals: list[Interval] = []
        for opens, closes in self.calendar.hours_of(day):
            begin, end = self._moment(day, opens), self._moment(day, closes)
            begin = max(begin, intervals[-1].end) if intervals else begin
            if begin < end:
                intervals.append(Interval(day=day, begin=begin, end=end))
        return intervals

    def _moment(self, day: date, since_midnight: timedelta) -> datetime:
        """When the clock shows this: the first time of two, and counted on from before where it is put past it.

        So iCalendar reads such times (RFC 5545, 3.3.5), and Python with `fold=0`.
        """
        return (_midnight(day) + since_midnight).replace(tzinfo=self.zone).astimezone(UTC)

    def _too_little(self, start: date) -> CalendarFailed:
        return CalendarFailed(self.calendar.name, f"has too little working time in {self.most_days} days at {start}")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
