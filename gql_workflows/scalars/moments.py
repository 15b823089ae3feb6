"""Moments as clients have them, with an offset from UTC, and as the project's database has them."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine.errors import InvalidInput
from gql_workflows.scalars.absent import given


def as_stored(moment: datetime.datetime) -> datetime.datetime:
    """A moment as columns are compared with it: in UTC, or without a zone where the project has none (USE_TZ).

    Raises OverflowError for one beyond the calendar.
    """
    if settings.USE_TZ:
        return moment.astimezone(datetime.UTC)
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment


def given_moment(value: Any, name: str) -> datetime.datetime | None:
    """An argument as columns are compared with it, None where it was left out.

    Raises InvalidInput, which names the argument, for one beyond the calendar.
    """
    moment = given(value)
    try:
        return None if moment is None else as_stored(moment)
    except OverflowError as error:
        raise InvalidInput(_("This moment is beyond the calendar."), path=(name,)) from error


def with_offset(moment: datetime.datetime) -> str:
    """A moment as clients read it: in ISO 8601, with the offset that a project without zones only means."""
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).isoformat()
