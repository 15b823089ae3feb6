"""What is wrong with the setting that names the working calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error

from django_workflow_engine import conf
from django_workflow_engine.working_time.calendars import CalendarFailed, question_of


def working_time_settings() -> Iterator[CheckMessage]:
    """A message for a calendar that can be asked nothing; no day is asked about, which may cost something."""
    path = conf.working_calendar()
    try:
        if path is not None:
            question_of(path)
    except CalendarFailed as failed:
        yield Error(
            f"DJANGO_WORKFLOW_ENGINE['WORKING_CALENDAR'] names “{path}”, which {failed.problem}.",
            hint="Write the dotted path of a class with a method is_working_day(date), such as those of workalendar, "
            "of an object of one, or of a function that takes a datetime.date and gives True, False or a list of "
            "pairs of datetime.time; or leave it out.",
            id=f"{conf.APP}.E036",
        )
