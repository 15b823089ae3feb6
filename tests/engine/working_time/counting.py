"""Deadlines as the tests write them: texts in, the clock of a place out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.test import override_settings

from django_workflow_engine.working_time import before, due_after, parse_duration

BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS = "tests.engine.working_time.calendars"


def working(calendar: str | None = None, **options: Any) -> override_settings:
    """Settings in which people work by this one of the calendars of the tests, by the clock in Berlin."""
    path = calendar if calendar is None or "." in calendar else f"{CALENDARS}.{calendar}"
    given = {"WORKING_CALENDAR": path, "WORKING_TIME_ZONE": "Europe/Berlin", **options}
    return override_settings(DJANGO_WORKFLOW_ENGINE=given)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """The moment at which a clock shows the text; its first one, and with a + behind it its second."""
    return datetime.fromisoformat(text.removesuffix("+")).replace(tzinfo=zone, fold=int(text.endswith("+")))


def shown(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    """What a clock shows at the moment, in the same way."""
    there = moment.astimezone(zone)
    return f"{there.replace(tzinfo=None).isoformat(' ', 'minutes')}{'+' if there.fold else ''}"


def due(start: str, duration: str, zone: ZoneInfo = BERLIN) -> str:
    """When it is due in working time."""
    return shown(due_after(at(start, zone), parse_duration(duration), working_time=True), zone)


def reminded(end: str, duration: str, zone: ZoneInfo = BERLIN) -> str:
    """When that duration of working time is left."""
    return shown(before(at(end, zone), parse_duration(duration), working_time=True), zone)
