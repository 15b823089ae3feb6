"""Lists of what runs leave behind, which are millions of rows: newest first, and never gone through as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_workflow_engine.admin import finding, newest
from django_workflow_engine.admin.bounded import BoundedList, in_figures
from django_workflow_engine.admin.finding import Findings, Search, Source
from django_workflow_engine.admin.searching import words_of
from django_workflow_engine.admin.style import EnginePage

_RANGES: Final = ("", "__exact", "__in", "__gt", "__gte", "__lt", "__lte", "__range", "__year")
_FOUND: Final = "found_in_list_of_runs"  # where a request keeps what its search left out


class ListOfRuns(BoundedList):
    """A list that looks at the newest rows alone where no index answers the filter or the order, and says so."""

    model_admin: PageOfRuns
    narrowed = False
    found: Findings | None = None

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Django's rows; the newest of them where all would have to be gone through."""
        queryset = super().get_queryset(request, exclude_parameters)
        self.found = getattr(request, _FOUND, None) if self.query else None
        if self.found is not None or self._is_answered(request, queryset):
            return queryset
        window = newest.newest(self.model, self.model_admin.newness, using=queryset.db)
        self.narrowed = window.leaves_out
        return queryset.filter(window.condition)

    def _is_answered(self, request: HttpRequest, queryset: QuerySet[Any]) -> bool:
        first = str(next(iter(self.get_ordering(request, queryset)))).lstrip("-")
        keys = {self.model_admin.newness, "pk", self.lookup_opts.pk.name}
        return first in keys and self.model_admin.is_answered(self.get_filters_params())

    @property
    def notes(self) -> Iterator[str]:
        """What was not looked at, and what is not listed."""
        if self.narrowed:
            text = _("No index answers this filter or order: only the newest %s are looked at.")
            yield text % in_figures(newest.NEWEST)
        if self.found is not None and self.found.narrowed:
            text = _("Only the newest %s were searched for this text; a whole key is found among all.")
            yield text % in_figures(newest.NEWEST)
        if self.found is not None and self.found.more:
            yield _("More than %s were found; the newest of them are listed.") % in_figures(finding.FOUND)

    def ends_of_dates(self, column: str) -> tuple[Any, Any]:
        """The moments of the oldest row and of the newest one, as far as the list looks back."""
        newness = self.model_admin.newness
        if newness == column:
            return super().ends_of_dates(column)
        window = newest.newest(self.model, newness, using=self.root_queryset.db)
        moments = self.root_queryset.filter(window.condition).values_list(column, flat=True)
        return moments.order_by(newness).first(), moments.order_by(f"-{newness}").first()


class PageOfRuns(EnginePage):
    """For an admin of rows that belong to runs.

    `moment` is the column that says how new a row is; where it has no index, the key says so. `answered` are the
    parameters of filters that an index answers, `sources` what a word of a search may name.
    """

    moment: ClassVar[str]
    answered: ClassVar[Collection[str]] = ()
    sources: ClassVar[Sequence[Source]] = ()
    show_facets = admin.ShowFacets.NEVER  # they count all rows, once for each choice

    @property
    def newness(self) -> str:
        """The column by which the newest rows are found."""
        return self.moment if newest.begins_an_index(self.model, self.moment) else "pk"

    def is_answered(self, parameters: Collection[str]) -> bool:
        """Whether an index answers these parameters of a list together."""
        column = self.newness
        ranges = {f"{name}{lookup}" for name in (column, "pk", "id") for lookup in _RANGES}
        if self.date_hierarchy == column and f"{column}__year" in parameters:
            ranges |= {f"{column}__month", f"{column}__day"}
        return {*parameters} <= {*self.answered, *ranges}

    def get_ordering(self, request: HttpRequest) -> Any:
        """The newest first."""
        return self.ordering or (f"-{self.newness}", "-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows what is dear."""
        return ListOfRuns

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The newest rows that a search finds, by whatever its words name and by free text."""
        words, fields = words_of(search_term), self.get_search_fields(request)
        if not (words and fields):
            return queryset, False
        search = Search(model=self.model, fields=[*map(str, fields)], column=self.newness, sources=self.sources)
        found = search.find(queryset, words)
        setattr(request, _FOUND, found)
        return queryset.filter(pk__in=found.keys), False
