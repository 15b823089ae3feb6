"""One bridge from django-filter to strawberry: a FilterSet's declarations become an input type."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

import django_filters
import strawberry
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gql_workflows.errors import BadUserInput
from gql_workflows.scalars.absent import given
from gql_workflows.scalars.moments import as_stored


class ParsedField(forms.Field):
    """Takes what strawberry has parsed already: enum members, ids, moments."""


class MomentFilter(django_filters.Filter):
    """Rows before or after a moment; one beyond the calendar is refused."""

    field_class = ParsedField
    graphql_type = datetime.datetime | None

    def filter(self, queryset: QuerySet[Any], value: datetime.datetime | None) -> QuerySet[Any]:
        """Compare as the database does."""
        if value is None:
            return queryset
        try:
            moment = as_stored(value)
        except OverflowError as error:
            raise BadUserInput(_("%s: this moment is beyond the calendar.") % self.field_name) from error
        rows: QuerySet[Any] = super().filter(queryset, moment)
        return rows


class EnumFilter(django_filters.Filter):
    """Rows whose column is one enum value."""

    field_class = ParsedField

    def __init__(self, enum_class: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.graphql_type = enum_class | None


class EnumListFilter(django_filters.Filter):
    """Rows whose column is one of several enum values; an empty list filters nothing."""

    field_class = ParsedField

    def __init__(self, enum_class: Any, **kwargs: Any) -> None:
        super().__init__(lookup_expr="in", **kwargs)
        self.graphql_type = list[enum_class] | None


class NodeFilter(django_filters.Filter):
    """Rows that belong to the one with this global id; an id of anything else matches nothing."""

    field_class = ParsedField
    graphql_type = strawberry.ID | None

    def __init__(self, key: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._key = key

    def filter(self, queryset: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        """Compare with the primary key in the id."""
        if value is None:
            return queryset
        key = self._key(value)
        return queryset.none() if key is None else super().filter(queryset, key)


_TYPES: Final[Mapping[type[django_filters.Filter], Any]] = {
    django_filters.CharFilter: str | None,
    django_filters.BooleanFilter: bool | None,
}


# django-filter takes an empty text for an absent one; a client that sends one asks for what is not there
_NOTHING: Final = "\N{EMPTY SET}"


def input_of(filterset: type[django_filters.FilterSet], *, name: str, description: str) -> Any:
    """The input type with a field for each declared filter, described by its label."""
    declared = filterset.base_filters.items()
    annotations = {key: getattr(entry, "graphql_type", None) or _TYPES[type(entry)] for key, entry in declared}
    fields = {key: strawberry.field(default=strawberry.UNSET, description=str(entry.label)) for key, entry in declared}
    made = type(name, (), {"__annotations__": annotations, "__module__": filterset.__module__, **fields})
    return strawberry.input(made, name=name, description=description)


def apply(
    filterset: type[django_filters.FilterSet], queryset: QuerySet[Any], filters: Any, **context: Any
) -> QuerySet[Any]:
    """The queryset, filtered by an input of `input_of`; raises BadUserInput for values that cannot be used."""
    named = {name: given(getattr(filters, name, None)) for name in filterset.base_filters}
    data = {
        name: _NOTHING if value == "" and name != "search" else value
        for name, value in named.items()
        if value is not None
    }
    bound = filterset(data=data, queryset=queryset, **context)
    if not bound.form.is_valid():
        raise BadUserInput("; ".join(f"{name}: {texts[0]}" for name, texts in bound.form.errors.items()))
    rows: QuerySet[Any] = bound.qs
    return rows
