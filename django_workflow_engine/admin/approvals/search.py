"""The search behind the fields that name people, roles and forms."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from django_workflow_engine.admin.approvals.references import References
from django_workflow_engine.admin.searching import LONGEST


class ReferenceSearch(AutocompleteJsonView):
    """Django's answer to a searching select, over the rows of the reference that it names.

    The rows' own admin searches, and says who may. Django's view finds the rows by a foreign key, and what is named in
    JSON has none.
    """

    references: References = {}

    def process_request(self, request: HttpRequest) -> tuple[str, Any, None, str]:
        """The text to search, and where; raises Http404 where nothing can be searched."""
        found = self.references.get(request.GET.get("field_name", ""))
        if found is None or found.model is None or not found.search_address:
            raise Http404
        text = request.GET.get("term", "").replace("\x00", "")[:LONGEST]
        return text, found.model_admin, None, found.model._meta.pk.attname

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that the text finds."""
        rows = self.model_admin.get_queryset(self.request)
        found, may_repeat = self.model_admin.get_search_results(self.request, rows, self.term)
        found = found.distinct() if may_repeat else found
        return found if found.ordered else found.order_by("pk")  # pages need an order
