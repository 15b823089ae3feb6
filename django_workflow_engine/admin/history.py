"""The audit trail: only read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.fixed import FixedAdmin
from django_workflow_engine.admin.places import ShowsPlaces
from django_workflow_engine.admin.targets import ShowsTargets, link_to_target
from django_workflow_engine.models import WorkflowEvent


@admin.register(WorkflowEvent)
class WorkflowEventAdmin(ShowsPlaces, ShowsTargets, FixedAdmin):
    """Everything that happened to attached objects."""

    list_display = ("at", "kind", "object_link", "actor_name", "left", "entered", "comment")
    list_filter = ("kind",)
    list_select_related = ("attachment",)
    search_fields = ("actor_name", "on_behalf_of_name", "comment", "attachment__object_id")
    date_hierarchy = "at"

    @admin.display(description=_("object"))
    def object_link(self, event: WorkflowEvent) -> str:
        """The object that it happened to."""
        return link_to_target(event.attachment)
