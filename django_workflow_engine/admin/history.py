"""The audit trail: only read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import search_indexes
from django_workflow_engine.admin.fixed import FixedAdmin
from django_workflow_engine.admin.links import linked, page_of
from django_workflow_engine.admin.positions import ShowsPositions
from django_workflow_engine.admin.sources import ObjectKeys
from django_workflow_engine.admin.targets import ShowsTargets, link_to_target
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step


@admin.register(WorkflowEvent)
class WorkflowEventAdmin(ShowsPositions, ShowsTargets, FixedAdmin):
    """Everything that happened to attached objects."""

    fields = (
        *("at", "kind", "object_link", "run_page", "run_number", "actor_name", "on_behalf_of_name"),
        *("left", "entered", "comment", "step_page"),
    )
    readonly_fields = ("object_link", "run_page", "left", "entered", "step_page")
    list_display = ("at", "kind", "object_link", "actor_name", "left", "entered", "comment")
    list_filter = ("kind",)
    list_select_related = ("attachment",)
    search_fields = search_indexes.free_texts(WorkflowEvent)
    search_help_text = _("The key of an object, or text in the names of people and in comments.")
    sources = (ObjectKeys(model=WorkflowAttachment, path="attachment"),)
    date_hierarchy = moment = "at"
    answered = ("attachment__exact",)

    @admin.display(description=_("object"))
    def object_link(self, event: WorkflowEvent) -> str:
        """The object that it happened to."""
        return link_to_target(event.attachment)

    @admin.display(description=_("workflow of the object"))
    def run_page(self, event: WorkflowEvent) -> str:
        """The attachment, with the way to its page."""
        return linked(str(event.attachment), event.attachment_address)  # type: ignore[attr-defined]

    @admin.display(description=_("step"))
    def step_page(self, event: WorkflowEvent) -> str:
        """The step that the event is about, with the way to its page."""
        return "" if event.step_id is None else linked(str(event.step_id), event.step_address)  # type: ignore[attr-defined]

    def find_targets(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """The objects, and the addresses of the attachment and the step."""
        events = list(rows)
        super().find_targets(request, events)
        for event in events:
            event.attachment_address = page_of(request, self.admin_site, event.attachment)
            step = None if event.step_id is None else Step(pk=event.step_id)
            event.step_address = page_of(request, self.admin_site, step)
