"""Days, weeks and months of a time, one after the other, and which of them a moment in the database belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine.choices import StatisticsPeriod
from django_workflow_engine.errors import InvalidInput

MOST_PERIODS: Final = 100


@dataclass(frozen=True, kw_only=True)
class Span:
    """A time that begins at one moment and ends before another."""

    starts_at: datetime
    ends_at: datetime


def spans(period: StatisticsPeriod, whole: Span) -> list[Span]:
    """The periods of a time in order, by the clock of the current time zone; the first and the last may be cut.

    Raises InvalidInput for more than MOST_PERIODS.
    """
    found: list[Span] = []
    starts_at = whole.starts_at
    for boundary in _boundaries(period, whole.starts_at):
        ends_at = min(boundary, whole.ends_at)
        found.append(Span(starts_at=starts_at, ends_at=ends_at))
        if ends_at == whole.ends_at:
            return found
        if len(found) == MOST_PERIODS:
            break
        starts_at = ends_at
    raise InvalidInput(_("This time has more than %d such periods.") % MOST_PERIODS, path=("period",))


def number_of(field: str, parts: Sequence[Span]) -> Any:
    """The expression for the number, from 0, of the part that the moment in this column lies in.

    The moments are compared with the boundaries, in as many steps as halving takes: databases cut days only in the
    time zones that they know, and MySQL and MariaDB know none before somebody has loaded them.
    """

    def among(low: int, high: int) -> Any:
        if high - low == 1:
            return Value(low)
        middle = (low + high) // 2
        earlier = When(**{f"{field}__lt": parts[middle].starts_at}, then=among(low, middle))
        return Case(earlier, default=among(middle, high), output_field=IntegerField())

    return among(0, len(parts))


def _boundaries(period: StatisticsPeriod, since: datetime) -> Iterator[datetime]:
    """Where periods begin after this moment, without an end."""
    zone = timezone.get_current_timezone() if timezone.is_aware(since) else None
    try:
        day = since.astimezone(zone).date() if zone else since.date()
    except OverflowError:  # a moment of the first day of the calendar, which is a day earlier there
        day = since.date()
    while True:
        day = _next(period, day)
        yield datetime.combine(day, time.min, tzinfo=zone)


def _next(period: StatisticsPeriod, day: date) -> date:
    if period == StatisticsPeriod.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=1 if period == StatisticsPeriod.DAY else 7 - day.weekday())
