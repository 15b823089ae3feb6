"""Filters for what a template may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import django_filters
from django.db.models import Model, Q, QuerySet

from django_workflow_engine import people
from gql_workflows.filters.bridge import input_of

_NAMES: Final = ("name", "name_en", "name_ar", "title")


def name_columns(model: type[Model]) -> Sequence[str]:
    """The columns that hold what people call a row of the project's model; none where no column is named so."""
    if issubclass(model, people.user_class()):
        return people.name_lookups()
    known = {field.name for field in model._meta.concrete_fields}
    return [name for name in _NAMES if name in known]


class PickFilterSet(django_filters.FilterSet):
    """Rows to pick from."""

    search = django_filters.CharFilter(
        max_length=200, method="by_search", label="Text in the name, case ignored; at most 200 characters."
    )

    def by_search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Text in any of the names; nothing where the model has none."""
        condition = Q(pk__in=[])
        for column in name_columns(queryset.model):
            condition |= Q(**{f"{column}__icontains": value})
        return queryset.filter(condition)


if TYPE_CHECKING:
    PickFilter: TypeAlias = Any
else:
    PickFilter = input_of(PickFilterSet, name="PickFilter", description="Which rows to pick from.")
