"""Lists that cost the same however many rows there are, and say where they do not show or count all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from django_workflow_engine.admin import counting
from django_workflow_engine.admin.counting import BoundedPaginator
from django_workflow_engine.admin.dates import DateBar, Ends, bar_of, day_of
from django_workflow_engine.i18n import isolated


class BoundedList(ChangeList):
    """A page of rows that are counted as far as a bound, with a bar of dates that reads no more than two rows."""

    paginator: BoundedPaginator

    @property
    def has_more(self) -> bool:
        """Whether there are rows that no page leads to."""
        return self.paginator.has_more

    @property
    def pages(self) -> Iterable[Any]:
        """The numbers of the pages, as Django's own template shows them."""
        return self.paginator.get_elided_page_range(self.page_num)

    @property
    def counted(self) -> str:
        """The number of rows in words, where it is a bound."""
        facts = {"number": in_figures(counting.COUNTED), "names": isolated(self.opts.verbose_name_plural)}
        return _("More than %(number)s %(names)s; the pages lead to the first %(number)s of them.") % facts

    @property
    def notes(self) -> Iterator[str]:
        """What the list leaves out, in words."""
        yield from ()

    @cached_property
    def date_bar(self) -> DateBar | None:
        """The bar of dates; None where there is no row that has one."""
        column = str(self.date_hierarchy)
        ends = self.ends_of_dates(column)
        if None in ends:
            return None
        first, last = map(day_of, ends)
        title = str(self.lookup_opts.get_field(column).verbose_name)  # type: ignore[union-attr]
        ends_of_bar = Ends(first=first, last=last)
        return bar_of(column=column, title=title, params=self.params, link=self.get_query_string, ends=ends_of_bar)

    def ends_of_dates(self, column: str) -> tuple[Any, Any]:
        """The first moment and the last one, in a statement for each on the column's index."""
        moments = self.root_queryset.values_list(column, flat=True)
        return moments.order_by(column).first(), moments.order_by(f"-{column}").first()

    def get_results(self, request: HttpRequest) -> None:
        """Django's page of rows; a number that is a bound is no number of results."""
        super().get_results(request)
        if self.has_more:
            self.full_result_count = self.result_count


class Bounded(admin.ModelAdmin):
    """For an admin of any number of rows."""

    paginator = BoundedPaginator
    show_full_result_count = False

    @property
    def change_list_template(self) -> Any:  # type: ignore[override]
        """The project's own template of the list, else the engine's, which has the words for a bound."""
        places = (f"{self.opts.app_label}/{self.opts.model_name}", self.opts.app_label, "django_workflow_engine")
        return [f"admin/{place}/change_list.html" for place in dict.fromkeys(places)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows bounds."""
        return BoundedList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Django's list, which offers no action on all rows where not all are counted."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context and context["cl"].has_more:
            context["actions_selection_counter"] = False
        return response

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], **place: Any) -> HttpResponse | None:
        """What an action answers; none is taken on more rows than are counted."""
        across = "1" in request.POST.getlist("select_across")
        if across and BoundedPaginator(queryset, self.list_per_page).has_more:
            refusal = _("These are more than %s rows. Filter or search for fewer, or select them page by page.")
            self.message_user(request, refusal % in_figures(counting.COUNTED), messages.ERROR)
            return None
        return super().response_action(request, queryset, **place)


def in_figures(number: int) -> str:
    """A number as it is written in the reader's language."""
    return number_format(number, force_grouping=True)
