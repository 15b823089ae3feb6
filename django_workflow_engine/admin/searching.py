"""Searching in the lists of the admin."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

LONGEST: Final = 200  # characters; each word is a condition on each of the fields, and a database nests them


class SearchesShortTexts(admin.ModelAdmin):
    """A list that looks for the beginning of a text that is longer than anybody types."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Django's own search, for the first words."""
        return super().get_search_results(request, queryset, search_term[:LONGEST])
