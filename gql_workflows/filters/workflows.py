"""Filters for templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from gql_workflows.filters.bridge import EnumFilter, NodeFilter, input_of
from gql_workflows.ids import row_key
from gql_workflows.types import enums


class WorkflowFilterSet(django_filters.FilterSet):
    """Templates; frozen versions only when asked for."""

    search = django_filters.CharFilter(
        max_length=200,
        method="by_search",
        label="Text in the English name, the Arabic name or the description; at most 200 characters.",
    )
    status = EnumFilter(enums.WorkflowStatus, label="Only templates with this status.")
    strategy = EnumFilter(enums.WorkflowStrategy, label="Only workflows of this strategy.")
    is_active = django_filters.BooleanFilter(method="by_activity", label="Only active ones, or only the others.")
    include_hidden = django_filters.BooleanFilter(
        method="leave", label="True: frozen versions too; they are left out unless this is true."
    )
    company_id = NodeFilter(
        lambda value: row_key(value, "User", get_user_model()),
        field_name="company",
        label="Only workflows of the company that this user stands for.",
    )

    def by_search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Text in any of the texts, case ignored."""
        return queryset.filter(
            Q(name_en__icontains=value) | Q(name_ar__icontains=value) | Q(description__icontains=value)
        )

    def by_activity(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Templates that are switched on; a frozen version is attached by nobody."""
        active = Q(is_active=True, is_hidden=False)
        return queryset.filter(active if value else ~active)

    def leave(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Handled for the whole set, since leaving it out means something too."""
        return queryset

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave frozen versions out unless they are asked for."""
        if not self.form.cleaned_data.get("include_hidden"):
            queryset = queryset.filter(is_hidden=False)
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows


if TYPE_CHECKING:
    WorkflowFilter: TypeAlias = Any
else:
    WorkflowFilter = input_of(
        WorkflowFilterSet, name="WorkflowFilter", description="Which workflows to list; all conditions together."
    )
