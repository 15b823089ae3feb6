"""What the pages of workflows, pipelines and stages share: approvals are edited as rows, and frozen ones are shown."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.approvals.editor import ApprovalsField, ApprovalsWidget
from django_workflow_engine.admin.approvals.references import References, references_for
from django_workflow_engine.admin.approvals.search import ReferenceSearch
from django_workflow_engine.admin.approvals.table import table_of
from django_workflow_engine.admin.approvals.turning import turned
from django_workflow_engine.admin.declared import kept_fields

INFOS: Final = ("workflow_info", "pipeline_info", "stage_info")
SEARCH: Final = "approvals_search"
TURN: Final = "approvals_turn"


class EditsApprovals:
    """For an admin or an inline: the stored info object is edited as approvals.

    Where the viewer may not change the row, `asked` stands for it: a table, for which the row has to know what its
    viewer may see (`references_of_viewer`).
    """

    model: type[Model]
    admin_site: admin.AdminSite

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field of the form; approvals have their own."""
        if db_field.name in INFOS:
            widget = ApprovalsWidget(self.references(request), self._own_page(TURN))
            kwargs |= {"form_class": ApprovalsField, "widget": widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def references(self, request: HttpRequest) -> References:
        """The people, roles and forms that this viewer may name."""
        return references_for(request, self.admin_site, self._own_page(SEARCH))

    @admin.display(description=_("Approvals"))
    def asked(self, row: Any) -> SafeString:
        """What a row asks for, to be read."""
        info = next(getattr(row, name) for name in INFOS if hasattr(row, name))
        return table_of(info, row.references_of_viewer)

    def shown(self, request: HttpRequest, obj: Any, names: Any) -> tuple[Any, ...]:
        """The fields of a page, with the table in place of what the viewer may not change."""
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return tuple(names)
        kept = kept_fields(self.form.spec)  # type: ignore[attr-defined]  # they are told with the table
        return tuple("asked" if name in INFOS else name for name in names if name not in kept)

    @property
    def _page_model(self) -> type[Model]:
        """The model on whose page this is: an inline is on its parent's."""
        return getattr(self, "parent_model", self.model)

    def _own_page(self, page: str) -> str:
        """An address of the page's own admin; empty where a project has another one."""
        options = self._page_model._meta
        try:
            name = f"admin:{options.app_label}_{options.model_name}_{page}"
            return reverse(name, current_app=self.admin_site.name)
        except NoReverseMatch:
            return ""


class ServesApprovals(EditsApprovals):
    """For an admin: the addresses that the script of the rows asks."""

    def get_urls(self) -> list[URLPattern]:
        """Django's pages, and the addresses of the search and of the switch between rows and JSON."""
        options = self.model._meta
        own = (("search", SEARCH, self.search_view), ("turn", TURN, self.turn_view))
        urls: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return [
            path(
                f"approvals/{page}/",
                self.admin_site.admin_view(view),
                name=f"{options.app_label}_{options.model_name}_{name}",
            )
            for page, name, view in own
        ] + urls

    def search_view(self, request: HttpRequest) -> HttpResponseBase:
        """The people, roles or forms that a text finds, as Django's autocompletion gives them."""
        return ReferenceSearch.as_view(references=self.references(request))(request)

    def turn_view(self, request: HttpRequest) -> HttpResponse:
        """The rows that were sent as JSON, or the JSON as rows; nothing is stored."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not (self.has_add_permission(request) or self.has_change_permission(request)):  # type: ignore[attr-defined]
            raise PermissionDenied
        widget = ApprovalsWidget(self.references(request), self._own_page(TURN))
        return HttpResponse(turned(request.POST, widget))
