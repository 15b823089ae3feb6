"""The bar of years, months and days above a list: made of the first and the last moment, which an index gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

_YEARS: Final = 50  # choices at most, whatever moments are stored
Choice = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DateBar:
    """What Django's own template of the bar shows."""

    choices: Sequence[Choice]
    back: Choice | None = None
    title: str = field(default="")


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The first and the last day that rows have."""

    first: date
    last: date

    def years(self) -> Iterable[int]:
        """The years between them."""
        return range(max(self.first.year, self.last.year - _YEARS + 1), self.last.year + 1)

    def months(self, year: int) -> Iterable[date]:
        """The months of a year, as far as they are between them."""
        months = (date(year, month, 1) for month in range(1, 13))
        return [month for month in months if self.first.replace(day=1) <= month <= self.last]

    def days(self, month: date) -> Iterable[date]:
        """The days of a month, as far as they are between them."""
        days = (date.fromordinal(month.toordinal() + offset) for offset in range(31))
        return [day for day in days if day.month == month.month and self.first <= day <= self.last]


def day_of(moment: datetime) -> date:
    """The day of a moment where the reader is."""
    return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).date()


def bar_of(
    *, column: str, title: str, params: Mapping[str, Any], link: Callable[[Any, Any], str], ends: Ends
) -> DateBar:
    """The bar for what was chosen; `link` gives the address of the list with other parameters."""
    year, month, day = _chosen(column, params)
    if year is None and ends.first.year == ends.last.year:
        year = ends.first.year
        month = ends.first.month if ends.first.month == ends.last.month else None

    def to(**parts: int) -> str:
        return link({f"{column}__{part}": number for part, number in parts.items()}, [f"{column}__"])

    if year is None:
        years = [{"link": to(year=number), "title": str(number)} for number in ends.years()]
        return DateBar(title=title, choices=years)
    if month is None:
        months = [{"link": to(year=year, month=first.month), "title": _month(first)} for first in ends.months(year)]
        return DateBar(title=title, choices=months, back={"link": to(), "title": _("All dates")})
    first = date(year, month, 1)
    if day is None:
        days = [{"link": to(year=year, month=month, day=one.day), "title": _day(one)} for one in ends.days(first)]
        return DateBar(title=title, choices=days, back={"link": to(year=year), "title": str(year)})
    back = {"link": to(year=year, month=month), "title": _month(first)}
    return DateBar(title=title, choices=[{"title": _day(date(year, month, day))}], back=back)


def _chosen(column: str, params: Mapping[str, Any]) -> tuple[int | None, int | None, int | None]:
    """What was chosen of year, month and day, each below the one before; the list has refused what is no date."""
    chosen: list[int | None] = []
    for part in ("year", "month", "day"):
        text = params.get(f"{column}__{part}")
        chosen.append(int(text) if text and None not in chosen else None)
    year, month, day = chosen
    return year, month, day


def _month(first: date) -> str:
    return capfirst(formats.date_format(first, "YEAR_MONTH_FORMAT"))


def _day(day: date) -> str:
    return capfirst(formats.date_format(day, "MONTH_DAY_FORMAT"))
