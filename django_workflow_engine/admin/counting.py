"""Pages of rows that are counted as far as a bound, and no further."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED: Final = 10_000  # rows; counting them costs the same however many there are


class BoundedPaginator(Paginator):
    """Pages for the first COUNTED rows: whoever wants others filters, searches or turns the order."""

    @property
    def count(self) -> int:
        """How many rows there are pages for."""
        return min(self._counted, COUNTED)

    @property
    def has_more(self) -> bool:
        """Whether there are rows beyond these pages."""
        return self._counted > COUNTED

    def page(self, number: Any) -> Page[Any]:
        """A page of rows; what is related to them is read for these alone, not for those that come before them."""
        page = super().page(number)
        rows: Any = page.object_list
        if page.number > 1 and isinstance(rows, QuerySet):
            whole: Any = self.object_list
            page.object_list = whole.filter(pk__in=[*rows.values_list("pk", flat=True)])
        return page

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return len(rows) if not isinstance(rows, QuerySet) else rows.order_by().values("pk")[: COUNTED + 1].count()
