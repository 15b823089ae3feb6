"""How long django-axes refuses a name at an address; its own answers say "later"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


def seconds_left(request: HttpRequest) -> int | None:
    """After how many seconds the name that was refused may be tried again; None where that is not known.

    It is known where django-axes counts in the database and lets people in again after a while. Names that nobody
    has are counted like any other, so it tells nothing about an account.
    """
    credentials = getattr(request, "axes_credentials", None)
    if credentials is None or not apps.is_installed("axes"):
        return None
    handler = import_string("axes.handlers.proxy.AxesProxyHandler").get_implementation()
    wait = import_string("axes.helpers.get_cool_off")(request)
    if wait is None or not hasattr(handler, "get_user_attempts"):
        return None
    limit = import_string("axes.helpers.get_failure_limit")(request, credentials)
    ends = [_end(rows.order_by("attempt_time"), limit) for rows in handler.get_user_attempts(request, credentials)]
    latest = max((end for end in ends if end is not None), default=None)
    return None if latest is None else max(1, ceil((latest + wait - timezone.now()).total_seconds()))


def _end(attempts: Iterable[Any], limit: int) -> datetime | None:
    """When the failure was, the oldest one first, without which fewer than the limit are left; None where they are."""
    rows = list(attempts)
    left = sum(row.failures_since_start for row in rows)
    end = None
    for row in rows:
        if left < limit:
            break
        left, end = left - row.failures_since_start, row.attempt_time
    return end


def message(seconds: int | None) -> str:
    """What people are told."""
    if seconds is None:
        return _("Too many log-ins failed. Try again later.")
    return _("Too many log-ins failed. Seconds to wait: %(seconds)s.") % {"seconds": seconds}
