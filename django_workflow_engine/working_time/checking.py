"""Whether the calendar can tell when deadlines in working time are due; asked before they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.errors import Fault, Path
from django_workflow_engine.working_time.calendars import CalendarFailed
from django_workflow_engine.working_time.deadlines import due_after


def calendar_faults(deadlines: Iterable[tuple[Path, Deadline]]) -> Iterator[Fault]:
    """A fault for each deadline in working time, beside its path, that the calendar cannot count from now on."""
    now = datetime.now(UTC)  # the project's own times may have no zone
    for path, deadline in deadlines:
        if not deadline.working_time:
            continue
        try:
            due_after(now, deadline.after, working_time=True)
        except CalendarFailed:  # it is logged with what the calendar did wrong
            message = _("The working calendar cannot tell when this would be due; an administrator has to mend it.")
            yield Fault(code=ErrorCode.INVALID, message=message, path=(*path, "working_time"))
