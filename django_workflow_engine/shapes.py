"""What the value of each setting must look like: checks tell what does not fit, and readers do without it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST_SECONDS: Final = 10 * 365 * 86_400  # ten years; a calendar holds a moment that far away
_TIME_OF_DAY: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a value must look like: a test of it, which never raises, and the same in words."""

    fits: Callable[[Any], bool]
    description: str


def is_text(value: Any) -> bool:
    """A text that is not empty; a lazy one is none."""
    return isinstance(value, str) and value != ""


def is_texts(value: Any) -> bool:
    """Several texts; one text alone, which is a sequence of its letters, is not meant."""
    return is_list(value) and all(isinstance(item, str) for item in value)


def is_list(value: Any) -> bool:
    """What a list may be written as."""
    return isinstance(value, list | tuple | set | frozenset)


def is_path(value: Any) -> bool:
    """A dotted path of names."""
    return isinstance(value, str) and all(name.isidentifier() for name in value.split("."))


def is_paths(value: Any) -> bool:
    """Several dotted paths."""
    return is_list(value) and all(is_path(item) for item in value)


def is_mapping_of_paths(value: Any) -> bool:
    """Several dotted paths for each model."""
    return isinstance(value, Mapping) and all(is_text(label) and is_paths(paths) for label, paths in value.items())


def is_switch(value: Any) -> bool:
    """True or False, and no text that only looks like one of them."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """A whole number from 1 that a column can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 2**31


def is_seconds(value: Any) -> bool:
    """A number of seconds from 0 that a calendar can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST_SECONDS


def is_positive(value: Any) -> bool:
    """A number above 0 that is finite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def is_auto_start(rule: Any) -> bool:
    """One rule of AUTO_START_WORKFLOWS."""
    if not isinstance(rule, Mapping) or not rule.keys() <= {"workflow_slug", "conditions"}:
        return False
    conditions = rule.get("conditions") or {}
    return (
        is_text(rule.get("workflow_slug"))
        and isinstance(conditions, Mapping)
        and all(is_text(key) for key in conditions)
    )


def or_none(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """The same test, which None passes, too."""
    return lambda value: value is None or fits(value)


def is_mapping_of_texts(value: Any) -> bool:
    """A dictionary of texts, each with several texts."""
    return isinstance(value, Mapping) and all(is_text(key) and is_texts(item) for key, item in value.items())


def is_auto_starts(value: Any) -> bool:
    """The rules of AUTO_START_WORKFLOWS."""
    return isinstance(value, Mapping) and all(map(is_text, value)) and all(map(is_auto_start, value.values()))


def is_permissions(value: Any) -> bool:
    """PERMISSIONS."""
    known = {"REQUIRE_PERMISSION_TO_START", "REQUIRE_PERMISSION_TO_APPROVE"}
    return isinstance(value, Mapping) and value.keys() <= known and all(map(is_switch, value.values()))


def is_field_name(value: Any) -> bool:
    """The name of a field, or an empty text."""
    return isinstance(value, str) and (value == "" or value.isidentifier())


def is_some_seconds(value: Any) -> bool:
    """A number of seconds above 0 that a calendar can hold."""
    return is_seconds(value) and value > 0


def is_hours(value: Any) -> bool:
    """Two times of a day as texts such as "09:00", in order; an end at 00:00 is the end of the day."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    if not all(isinstance(border, str) and _TIME_OF_DAY.fullmatch(border) for border in value):
        return False
    opens, closes = map(str, value)
    return closes == "00:00" or opens < closes


def is_time_zone(value: Any) -> bool:
    """The name of a time zone in the database of IANA."""
    try:
        return isinstance(value, str) and ZoneInfo(value) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such name, no name at all, a folder of zones
        return False


def is_mapping(value: Any) -> bool:
    """A dictionary."""
    return isinstance(value, Mapping)


def is_anything(value: Any) -> bool:
    """Whatever it is: who reads it looks."""
    return True


LABEL: Final = Shape(fits=or_none(is_text), description="app_label.ModelName of an installed app, or None")
SWITCH: Final = Shape(fits=is_switch, description="True or False")
COUNT: Final = Shape(fits=is_count, description="a whole number from 1")
SECONDS: Final = Shape(fits=is_seconds, description="a number of seconds from 0")
SOME_SECONDS: Final = Shape(fits=is_some_seconds, description="a number of seconds above 0")
