"""Deleting rows of templates: whoever cannot is told why, and what can be done instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.db import router, transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from django_workflow_engine.admin.frozen import FrozenIsFixed, is_frozen
from django_workflow_engine.admin.links import linked, list_of
from django_workflow_engine.admin.meeting import MeetsOthers
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.selectors.uses import Use, uses_of

_REFUSALS = (WorkflowError, ProtectedError, RestrictedError)


class SaysWhyNot(FrozenIsFixed, MeetsOthers):
    """For the admin of rows of templates: Django's pages of deletion say what a row is still needed for.

    Django asks for the permission to delete what protects a row, which nobody has, and tells of that one.
    """

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would be deleted, which permissions that takes, and what stands against it."""
        rows = list(objs)
        deleted, counts, lacking, _protected = super().get_deleted_objects(rows, request)
        reasons = [*reasons_against(rows, request, self.admin_site)]
        if reasons:
            return deleted, counts, set(), reasons
        return deleted, counts, lacking - self._deletable(request), []

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], **place: Any) -> HttpResponse | None:
        """What an action answers; a row that came into use since the page was shown keeps all of them.

        Django 6.1 says at which `action_location` it was chosen.
        """
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                return super().response_action(request, queryset, **place)
        except _REFUSALS as refusal:
            self.message_user(request, _refusal(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django's own page; a row that came into use since it was shown stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except _REFUSALS as refusal:
            self.message_user(request, _refusal(refusal), messages.ERROR)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_delete"
            return HttpResponseRedirect(reverse(name, args=[object_id], current_app=self.admin_site.name))

    def _deletable(self, request: HttpRequest) -> set[Any]:
        """The kinds of rows that the viewer may delete, where no row of theirs is frozen."""
        registered = self.admin_site._registry.items()
        return {model._meta.verbose_name for model, own in registered if own.has_delete_permission(request)}


def reasons_against(rows: Sequence[Any], request: HttpRequest, site: admin.AdminSite) -> Iterator[str]:
    """Why these rows, which are all of one kind, stay: a sentence for each reason."""
    for row in rows:
        if is_frozen(row):
            text = _("%s belongs to a frozen version, which goes with the last run on it.")
            yield text % isolated(row)
    yield from _others(rows)
    if rows and isinstance(rows[0], WorkFlow | Pipeline | Stage):
        told = [_told(use, request, site) for use in uses_of([row for row in rows if not is_frozen(row)])]
        yield from [*told, advice_for(type(rows[0]))] if told else []


def advice_for(model: Any) -> str:
    """What can be done about a row that is in use."""
    if model is WorkFlow:
        return _(
            "Set its status to “Inactive” instead: nobody can attach it any more, and what runs goes on to its end. "
            "It can be deleted once its runs have been cleaned up."
        )
    return _("It can be deleted once these runs stand elsewhere or have been cleaned up. An inactive stage is skipped.")


def _told(use: Use, request: HttpRequest, site: admin.AdminSite) -> str:
    """That runs use a row, with the way to them for who may see them."""
    names = {WorkFlow: "template", Pipeline: "current_pipeline__exact", Stage: "current_stage__exact"}
    address = list_of(request, site, WorkflowAttachment, **{names[type(use.row)]: use.row.pk})
    return linked(use.sentence, address)


def _others(rows: Sequence[Any]) -> Iterator[str]:
    """What protects these rows beside the engine's own: models of the project may."""
    if rows:
        collector = NestedObjects(using=router.db_for_write(type(rows[0])))
        collector.collect(rows)
        for row in collector.protected:
            if not isinstance(row, WorkFlow | WorkflowAttachment):
                yield f"{capfirst(row._meta.verbose_name)}: {isolated(row)}"


def _refusal(refusal: Exception) -> str:
    """The refusal in words."""
    return refusal.message if isinstance(refusal, WorkflowError) else _("It is in use. Nothing was deleted.")
