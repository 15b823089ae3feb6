"""What the pages of workflows, pipelines and stages share: their rows belong to a template or to a frozen version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.approvals.editing import ServesApprovals
from django_workflow_engine.admin.deleting import SaysWhyNot
from django_workflow_engine.admin.json_fields import JSON_OVERRIDE
from django_workflow_engine.admin.links import page_of
from django_workflow_engine.admin.names import ShownName
from django_workflow_engine.admin.style import EnginePage


class TemplateRowAdmin(SaysWhyNot, ServesApprovals, EnginePage):
    """The page of a row of a template, with its approvals, and with the rows above it in the breadcrumbs."""

    formfield_overrides = JSON_OVERRIDE

    @admin.display(description=_("name"), ordering=ShownName())
    def name(self, row: Any) -> str:
        """The name in the reader's language."""
        return str(row)

    def parents(self, row: Any) -> Sequence[Model]:
        """The rows above this one, the highest first."""
        return ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What a search finds; where a row is to be chosen, frozen versions are no choice."""
        chosen = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        rows = queryset.filter(is_hidden=False) if chosen else queryset
        return super().get_search_results(request, rows, search_term)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Django's page, with the rows above this one in its breadcrumbs."""
        if obj is not None:
            obj.references_of_viewer = self.references(request)
        context["parents"] = [
            (str(row), page_of(request, self.admin_site, row)) for row in (self.parents(obj) if obj else ())
        ]
        return super().render_change_form(request, context, add, change, form_url, obj)


def number_of(model: type[Model], parent: str) -> Coalesce:
    """How many rows of the model belong to a row of a list, counted for those alone that the page shows."""
    rows = model._base_manager.filter(**{parent: OuterRef("pk")}).order_by().values(parent)
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)
