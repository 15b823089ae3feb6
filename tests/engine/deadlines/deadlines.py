"""Deadlines that cannot work, and how an approval is written that has one."""

from __future__ import annotations

from typing import Any, NamedTuple

from django_workflow_engine.choices import ErrorCode

INVALID, REQUIRED = ErrorCode.INVALID, ErrorCode.REQUIRED
P1000Y = f"P{1000 * 366}D"


def within(approval: dict[str, Any], after: str, **said: Any) -> dict[str, Any]:
    """The approval with a deadline so long after it is asked for."""
    return approval | {"deadline": {"after": after, **said}}


class Wrong(NamedTuple):
    """A deadline as JSON has it, the fault that it is, and where that stands below the deadline."""

    said: Any
    code: ErrorCode
    place: tuple[str, ...] = ()


def reminding(*before: Any, after: str = "P2D", **said: Any) -> dict[str, Any]:
    return {"after": after, "remind_before": list(before), **said}


# What a typed door can be told as well.
WRONG = [
    *(Wrong({"after": text}, INVALID, ("after",)) for text in ("two days", "-P1D", "P0D", "PT0S", P1000Y, "P1M", "")),
    Wrong(reminding("P3D"), INVALID, ("remind_before", "0")),
    Wrong(reminding("P1D", "P2D"), INVALID, ("remind_before", "1")),
    Wrong(reminding("PT48H"), INVALID, ("remind_before", "0")),
    Wrong(reminding("PT48H", working_time=True), INVALID, ("remind_before", "0")),
    Wrong(reminding("P1D", "PT24H"), INVALID, ("remind_before", "1")),
    Wrong(reminding("PT1H", "P1D", "PT60M"), INVALID, ("remind_before", "2")),
    Wrong(reminding("P1D", "P1D", working_time=True), INVALID, ("remind_before", "1")),
    Wrong(reminding("soon"), INVALID, ("remind_before", "0")),
    Wrong(reminding("PT1H", "-PT1H"), INVALID, ("remind_before", "1")),
    Wrong(reminding(*(f"PT{hours}H" for hours in range(1, 7))), INVALID, ("remind_before",)),
    Wrong({"after": "P1D", "on_timeout": "fallback"}, REQUIRED, ("fallback_user",)),
]

# What JSON may hold and no typed door lets in.
OF_ANOTHER_KIND = [
    Wrong("P2D", INVALID),
    Wrong([], INVALID),
    Wrong({}, REQUIRED, ("after",)),
    Wrong({"after": None}, REQUIRED, ("after",)),
    Wrong({"after": 2}, INVALID, ("after",)),
    Wrong({"after": "P1D", "before": "P2D"}, INVALID, ("before",)),
    Wrong({"after": "P1D", "working_time": "yes"}, INVALID, ("working_time",)),
    Wrong({"after": "P1D", "working_time": 1}, INVALID, ("working_time",)),
    Wrong({"after": "P1D", "remind_before": "PT1H"}, INVALID, ("remind_before",)),
    Wrong({"after": "P1D", "remind_before": [None]}, REQUIRED, ("remind_before", "0")),
    Wrong({"after": "P1D", "on_timeout": "approve"}, INVALID, ("on_timeout",)),
    Wrong({"after": "P1D", "on_timeout": "fallback", "fallback_user": 1.5}, INVALID, ("fallback_user",)),
]
