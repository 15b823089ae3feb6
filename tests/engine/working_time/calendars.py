"""Calendars as projects write them, good ones and others."""

from __future__ import annotations

from datetime import UTC, date, time
from typing import Any

CARNIVAL = date(2026, 2, 16)  # a Monday


def weekdays_but_carnival(day: date) -> bool:
    return day.weekday() < 5 and day != CARNIVAL


def around_the_clock(day: date) -> list[tuple[time, time]]:
    return [(time(0), time(0))]


def weekdays_around_the_clock(day: date) -> bool | list[tuple[time, time]]:
    return around_the_clock(day) if day.weekday() < 5 else False


def with_a_break(day: date) -> list[tuple[time, time]]:
    """Fridays end at noon."""
    if day.weekday() > 4:
        return []
    morning = (time(9), time(12))
    return [morning] if day.weekday() == 4 else [morning, (time(13), time(17))]


def night_shift(day: date) -> list[tuple[time, time]]:
    return [(time(0), time(6)), (time(22), time(0))]


def around_the_change(day: date) -> list[tuple[time, time]]:
    """Borders between two and three o'clock, which one night has not and another one has twice."""
    return [(time(1), time(2, 30)), (time(2, 30), time(3, 15)), (time(4), time(5))]


def over_the_change(day: date) -> list[tuple[time, time]]:
    return [(time(1), time(2, 30)), (time(3), time(4))]


def late(day: date) -> list[tuple[time, time]]:
    return [(time(23), time(23, 45))]


def within_the_change(day: date) -> list[tuple[time, time]]:
    return [(time(2, 45), time(3, 15))]


def never(day: date) -> bool:
    return False


def a_second_a_day(day: date) -> list[tuple[time, time]]:
    return [(time(9), time(9, 0, 1))]


def broken(day: date) -> bool:
    raise LookupError("no such day")


class OddDays:
    """A calendar of the project's own, which is made without arguments."""

    def is_working_day(self, day: date) -> bool:
        return day.day % 2 == 1


class Counted:
    """A calendar that knows how often one like it was made; one test alone uses it."""

    made = 0

    def __init__(self) -> None:
        Counted.made += 1

    def is_working_day(self, day: date) -> bool:
        return True


class Answering:
    """A calendar that is made with an argument: an object of it can be named, not the class."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def is_working_day(self, day: date) -> Any:
        return self.answer


class Closed:
    """A class that is no calendar."""


class Unmakeable:
    def __init__(self) -> None:
        raise OSError("the list of holidays is away")

    def is_working_day(self, day: date) -> bool:
        return True


async def asynchronous(day: date) -> bool:
    return True


def without_a_day() -> bool:
    return True


def of_two(day: date, country: str) -> bool:
    return True


odd_days = OddDays()
nothing = 7
NINE, TEN, ELEVEN = time(9), time(10), time(11)
answering_none = Answering(None)
answering_a_number = Answering(1)
answering_a_text = Answering("no")
answering_a_text_of_two = Answering(["ab"])
answering_texts = Answering([("09:00", "17:00")])
answering_one_pair_alone = Answering((NINE, TEN))
answering_three = Answering([(NINE, TEN, ELEVEN)])
answering_backwards = Answering([(TEN, NINE)])
answering_no_length = Answering([(NINE, NINE)])
answering_out_of_order = Answering([(TEN, ELEVEN), (NINE, TEN)])
answering_an_overlap = Answering([(NINE, ELEVEN), (TEN, time(12))])
answering_a_zone = Answering([(NINE.replace(tzinfo=UTC), TEN.replace(tzinfo=UTC))])
answering_beyond_the_day = Answering([(NINE, time(0)), (time(0), TEN)])
