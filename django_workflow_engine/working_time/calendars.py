"""The working hours of a day, as the settings and the project's own calendar say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from inspect import isasyncgenfunction, iscoroutinefunction, signature
from itertools import pairwise
from typing import Any, Final

from django.utils.module_loading import import_string

from django_workflow_engine import conf

Hours = tuple[timedelta, timedelta]  # from and until, since midnight
Question = Callable[[date], Any]  # what a calendar answers is looked at

_WEEKDAYS: Final = "Monday to Friday"
_WEEKEND: Final = (5, 6)
_WHOLE_DAY: Final = timedelta(days=1)


class CalendarFailed(Exception):
    """No moment can be found: the calendar raised, gave what is none of its answers, or has too little working time.

    `calendar` is what WORKING_CALENDAR names, and `problem` what is wrong with it, in a few words for the log.
    """

    def __init__(self, calendar: str, problem: str) -> None:
        super().__init__(calendar, problem)
        self.calendar = calendar
        self.problem = problem

    def __str__(self) -> str:
        return f"The working calendar {self.calendar} {self.problem}."


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Which hours of which days are worked: what is asked about a day, and the `usual` hours of a working day."""

    name: str
    ask: Question
    usual: Sequence[Hours]

    def hours_of(self, day: date) -> Sequence[Hours]:
        """The working hours of a day, in order; none where nobody works. Raises CalendarFailed."""
        try:
            answer = self.ask(day)
        except Exception as error:  # the calendar is the project's code
            raise CalendarFailed(self.name, f"raised {type(error).__name__} for {day}") from error
        if isinstance(answer, bool):
            return self.usual if answer else ()
        hours = _hours_in(answer)
        if hours is None:
            raise CalendarFailed(
                self.name,
                f"gave a {type(answer).__name__} for {day} that is neither True nor False nor a list of pairs of "
                "datetime.time, in order and without an overlap",
            )
        return hours


def working_calendar() -> WorkingCalendar:
    """The calendar of the settings at this moment; raises CalendarFailed where what they name can be asked nothing."""
    path = conf.working_calendar()
    return weekdays() if path is None else WorkingCalendar(name=path, ask=question_of(path), usual=_usual_hours())


def weekdays() -> WorkingCalendar:
    """Monday to Friday, in the hours of the settings."""
    return WorkingCalendar(name=_WEEKDAYS, ask=_is_weekday, usual=_usual_hours())


def _usual_hours() -> Sequence[Hours]:
    return [_since_midnight(*conf.working_hours())]


def question_of(path: str) -> Question:
    """What answers about a day: the method of a calendar, or a function. Raises CalendarFailed where it is neither."""
    try:
        found = import_string(path)
    except Exception as error:  # the module is the project's code
        raise CalendarFailed(path, f"cannot be imported: {type(error).__name__}: {error}") from error
    if hasattr(found, "is_working_day"):
        found = (_made(path, found) if isinstance(found, type) else found).is_working_day
    elif isinstance(found, type):
        raise CalendarFailed(path, "is a class without a method is_working_day")
    if not callable(found) or iscoroutinefunction(found) or isasyncgenfunction(found) or not _takes_a_day(found):
        raise CalendarFailed(path, "is neither a calendar nor a plain function of a day")
    question: Question = found
    return question


def _takes_a_day(function: Callable[..., Any]) -> bool:
    try:
        signature(function).bind(date.min)
    except TypeError:
        return False
    except ValueError:  # what is written in C may tell nothing
        return True
    return True


@lru_cache(maxsize=8)
def _made(path: str, made_of: type[Any]) -> Any:
    """One calendar of a class for the whole process: those of workalendar keep the holidays that they computed."""
    try:
        return made_of()
    except Exception as error:  # the project's code
        raise CalendarFailed(path, f"cannot be made: {type(error).__name__}: {error}") from error


def _is_weekday(day: date) -> bool:
    return day.weekday() not in _WEEKEND


def _hours_in(answer: Any) -> Sequence[Hours] | None:
    """The hours in a list of pairs of times; None where it is no such list."""
    if not isinstance(answer, list | tuple) or not all(map(_is_pair, answer)):
        return None
    hours = [_since_midnight(opens, closes) for opens, closes in answer]
    are_ordered = all(earlier[1] <= later[0] for earlier, later in pairwise(hours))
    return hours if are_ordered and all(opens < closes for opens, closes in hours) else None


def _is_pair(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    return all(isinstance(border, time) and border.tzinfo is None for border in value)


def _since_midnight(opens: time, closes: time) -> Hours:
    """An end at midnight is the end of the day."""
    from_when, until_when = (datetime.combine(date.min, border) - datetime.min for border in (opens, closes))
    return from_when, until_when or _WHOLE_DAY
