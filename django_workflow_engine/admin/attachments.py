"""Attached objects and their runs: read here, changed by the engine's verbs alone."""

from __future__ import annotations

from typing import Any

from approval_workflow.models import ApprovalInstance
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.fixed import FixedAdmin, FixedInline
from django_workflow_engine.admin.picture import picture_of
from django_workflow_engine.admin.places import ShowsPlaces
from django_workflow_engine.admin.targets import ShowsTargets, link_to_target
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.content import route_of
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.selectors.uses import runs_of
from django_workflow_engine.strategies.diagram import diagram_of


class EventInline(ShowsPlaces, FixedInline):
    """The audit trail of one attachment."""

    model = WorkflowEvent
    fields = ("at", "run_number", "kind", "actor_name", "on_behalf_of_name", "left", "entered", "comment")
    readonly_fields = ("left", "entered")


class TemplateFilter(admin.SimpleListFilter):
    """The runs of one template, on whichever version; chosen by the links that lead here, not from a list of all."""

    title = _("template")
    parameter_name = "template"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """The template that was chosen."""
        given = request.GET.get(self.parameter_name)
        found = WorkFlow.objects.filter(pk=to_primary_key(WorkFlow, given)).first() if given else None
        return [(given, str(found or given))] if given else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Its runs; none of a template that is gone."""
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(pk__in=runs_of([to_primary_key(WorkFlow, chosen)]))


@admin.register(WorkflowAttachment)
class WorkflowAttachmentAdmin(ShowsTargets, FixedAdmin):
    """One object on one frozen version: where its run stands, whom it asks, and what happened."""

    fields = (
        *("positions", "object_link", "content_type", "object_id", "workflow", "status", "run_number"),
        *("current_pipeline", "current_stage", "started_by", "created_at", "started_at", "completed_at"),
        *("metadata", "steps"),
    )
    readonly_fields = ("positions", "object_link", "steps", "created_at")
    inlines = (EventInline,)
    list_display = ("object_name", "object_page", "workflow", "status", "place", "started_by", "created_at")
    list_filter = (TemplateFilter, "status", "workflow__strategy", ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("content_type", "workflow", "current_pipeline", "current_stage", "started_by")
    search_fields = ("object_id", "workflow__name_en", "workflow__name_ar")
    date_hierarchy = "created_at"

    @admin.display(description=_("object"))
    def object_name(self, attachment: WorkflowAttachment) -> str:
        """The object in its own words; its model and key when it is gone."""
        return attachment.object_text

    @admin.display(description=_("object"))
    def object_link(self, attachment: WorkflowAttachment) -> str:
        """The same, with the way to the object's own page."""
        return link_to_target(attachment)

    @admin.display(description=_("model"), ordering="content_type")
    def object_page(self, attachment: WorkflowAttachment) -> str:
        """The object's model, which leads to the object's own page: in a list the object leads to the attachment."""
        return link_to_target(attachment, str(attachment.content_type))

    @admin.display(description=_("stands on"))
    def place(self, attachment: WorkflowAttachment) -> str:
        """The pipeline and the stage."""
        return " / ".join(str(row) for row in (attachment.current_pipeline, attachment.current_stage) if row)

    @admin.display(description=_("positions"))
    def positions(self, attachment: WorkflowAttachment) -> SafeString:
        """The route of the run, with the place where it stands."""
        return picture_of(diagram_of(route_of(attachment.workflow), attachment.progress().standing))

    @admin.display(description=_("steps"))
    def steps(self, attachment: WorkflowAttachment) -> SafeString:
        """Whom the runs of this object asked, in order."""
        rows = ApprovalInstance.objects.filter(flow_id=attachment.approval_flow_id)
        rows = rows.select_related("assigned_to", "action_user").order_by("step_number", "pk")
        heads = (_now("step"), _now("asked"), _now("status"), _now("decided by"), _now("comment"))
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th>{}</th>", ((head,) for head in heads)),
            format_html_join(
                "",
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                (
                    (
                        row.step_number,
                        row.assigned_to or "",
                        row.get_status_display(),
                        row.action_user or "",
                        row.comment,
                    )
                    for row in rows
                ),
            ),
        )
