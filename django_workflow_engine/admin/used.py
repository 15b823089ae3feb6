"""Filters by related rows: each that is in use, which the index of the foreign key tells."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest


class UsedOnlyFilter(admin.RelatedFieldListFilter):
    """The related rows that some row refers to; Django's own reads all rows to find out."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One question to the index for each related row."""
        users = model_admin.get_queryset(request).order_by().filter(**{self.field_path: OuterRef("pk")})
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False, limit_choices_to=Q(Exists(users)), ordering=ordering
        )
        return choices
