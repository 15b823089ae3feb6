"""The bar of years, months and days above a list, where the database can make it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connections
from django.http import HttpRequest
from django.utils import timezone


class DatedChangeList(ChangeList):
    """A list without the bar on a MySQL or MariaDB that was given no time zones, which would fail over it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = connections[self.queryset.db]
        if used.timezone_name != timezone.get_current_timezone_name() and not used.features.has_zoneinfo_database:
            self.date_hierarchy = None


class HasDates(admin.ModelAdmin):
    """For an admin with a `date_hierarchy`."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows what its database can do."""
        return DatedChangeList
