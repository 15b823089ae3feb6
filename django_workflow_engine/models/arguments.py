"""Rows and people that arrive as arguments: what is no such thing is refused, by verbs and reads alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models.workflows import WorkFlow


def check_row(value: Any, name: str) -> None:
    """Raise InvalidInput for what is no row of a model."""
    if not isinstance(value, Model):
        raise InvalidInput(_("This must be a row of a model."), path=(name,))


def check_model(value: Any, name: str) -> None:
    """Raise InvalidInput for what is no model that has a table."""
    if not (isinstance(value, type) and issubclass(value, Model)) or value._meta.abstract:
        raise InvalidInput(_("This must be a model."), path=(name,))


def check_workflow(value: Any, name: str) -> None:
    """Raise InvalidInput for what is no workflow."""
    if not isinstance(value, WorkFlow):
        raise InvalidInput(_("This must be a workflow."), path=(name,))


def is_user(actor: Any) -> bool:
    """Whether this is a stored user: not None, and nobody anonymous."""
    return people.is_user(actor) and actor.pk is not None


def stored_moment(value: Any, name: str) -> datetime | None:
    """The moment as it is stored: in UTC, or without a zone where the project has none (USE_TZ); None stays None.

    Raises InvalidInput for what is no moment, for one whose time zone nobody knows, and for one beyond the calendar.
    """
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise InvalidInput(_("This must be a date with a time."), path=(name,))
    with_zones = timezone.is_aware(timezone.now())
    if with_zones and timezone.is_naive(value):
        raise InvalidInput(_("This needs a time zone, or an offset from UTC."), path=(name,))
    try:
        if with_zones:
            return value.astimezone(UTC)
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    except OverflowError as error:
        raise InvalidInput(_("This moment is beyond the calendar."), path=(name,)) from error
