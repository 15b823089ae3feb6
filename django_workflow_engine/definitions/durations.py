"""Durations as ISO 8601 writes them: days apart from hours, for in working time a day is not twenty-four hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.bounds import MAX_DURATION_DAYS, MAX_DURATION_LENGTH
from django_workflow_engine.errors import Fault, InvalidInput, Path

_ONE_DAY: Final = timedelta(days=1)
_DAY_SECONDS: Final = 86_400
_MOST_SECONDS: Final = MAX_DURATION_DAYS * _DAY_SECONDS
_WRITTEN: Final = re.compile(
    r"P(?=[0-9T])(?:(?P<weeks>[0-9]+)W|(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+)S)?)?)"
)
_BY_THE_CALENDAR: Final = re.compile(r"P[^T]*[YM]")  # an M behind the T is minutes


@dataclass(frozen=True, kw_only=True)
class Duration:
    """Days, and a time in whole seconds beside them; more than nothing, and at most 3660 days in all.

    Two durations are equal where both parts are: PT24H is not P1D. As a text it is what `parse_duration` reads. Raises
    InvalidInput for what is too short, too long or less than a second.
    """

    days: int = 0
    time: timedelta = timedelta()

    def __post_init__(self) -> None:
        if self.days < 0 or self.time < timedelta() or self.time.microseconds:
            raise InvalidInput(_("A duration is of whole numbers, none of them negative."))
        if not 0 < self.days * _DAY_SECONDS + self.time // timedelta(seconds=1) <= _MOST_SECONDS:
            raise InvalidInput(_("A duration is more than nothing and at most %d days.") % MAX_DURATION_DAYS)

    def __str__(self) -> str:
        minutes, seconds = divmod(self.time // timedelta(seconds=1), 60)
        hours, minutes = divmod(minutes, 60)
        numbers = zip((hours, minutes, seconds), "HMS", strict=True)
        time = "".join(f"{number}{unit}" for number, unit in numbers if number)
        return f"P{f'{self.days}D' if self.days else ''}{f'T{time}' if time else ''}"

    @property
    def elapsed(self) -> timedelta:
        """How long it is where a day is twenty-four hours."""
        return self.days * _ONE_DAY + self.time


def parse_duration(text: str) -> Duration:
    """The duration that an ISO 8601 text writes, such as P3D, P2W, PT36H or P1DT12H; a week is seven days.

    Raises InvalidInput, a ValueError, for everything else: years and months, fractions, signs, small letters, nothing,
    and more than 3660 days.
    """
    found = _WRITTEN.fullmatch(text) if len(text) <= MAX_DURATION_LENGTH else None
    if found is None:
        raise InvalidInput(_unreadable(text[:MAX_DURATION_LENGTH]))
    numbers = {unit: int(digits) for unit, digits in found.groupdict(default="0").items()}
    seconds = numbers["hours"] * 3600 + numbers["minutes"] * 60 + numbers["seconds"]
    # A timedelta holds no number of any size; one second too many is refused as well as a thousand years.
    time = timedelta(seconds=min(seconds, _MOST_SECONDS + 1))
    return Duration(days=numbers["weeks"] * 7 + numbers["days"], time=time)


def read_duration(value: Any, path: Path, faults: list[Fault]) -> Duration | None:
    """The duration that a text writes; None for none, and for a value that is no duration."""
    if value is None or isinstance(value, Duration):
        return value
    try:
        return parse_duration(value if isinstance(value, str) else "")
    except InvalidInput as refused:
        faults.append(Fault(code=ErrorCode.INVALID, message=refused.message, path=path))
        return None


def _unreadable(text: str) -> str:
    if _BY_THE_CALENDAR.match(text):
        return _("Years and months have no fixed length: a duration is written in days or weeks, as P30D or P4W.")
    return _("A duration is written as P3D, P2W, PT36H or P1DT12H: in whole numbers and capital letters.")
