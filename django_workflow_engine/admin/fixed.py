"""Pages that only show: nothing is added, changed or deleted there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from django_workflow_engine.admin.of_runs import PageOfRuns


class NothingIsWritten:
    """For an admin or an inline whose rows the engine alone writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a row by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a row by hand."""
        return False


class FixedAdmin(NothingIsWritten, PageOfRuns):
    """The page of rows that the engine alone writes."""


class FixedInline(NothingIsWritten, admin.TabularInline):
    """Rows that the engine alone writes, on the page of the row that they belong to."""

    extra = 0
    can_delete = False
