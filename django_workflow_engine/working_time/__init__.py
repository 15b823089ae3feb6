"""Deadlines: moments a duration later or earlier, in elapsed time or in the project's working time."""

from django_workflow_engine.definitions.durations import Duration, parse_duration
from django_workflow_engine.working_time.calendars import CalendarFailed
from django_workflow_engine.working_time.deadlines import before, due_after

__all__ = ["CalendarFailed", "Duration", "before", "due_after", "parse_duration"]
