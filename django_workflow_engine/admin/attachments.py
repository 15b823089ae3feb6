"""Attached objects and their runs: read here, changed by the engine's verbs alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import search_indexes
from django_workflow_engine.admin.asked import table_of_steps
from django_workflow_engine.admin.fixed import FixedAdmin, FixedInline
from django_workflow_engine.admin.json_fields import InfoField, written
from django_workflow_engine.admin.links import linked, list_of, page_of
from django_workflow_engine.admin.names import ShownName
from django_workflow_engine.admin.overdue import PARAMETER, OverdueRuns
from django_workflow_engine.admin.picture import picture_of
from django_workflow_engine.admin.positions import ShowsPositions
from django_workflow_engine.admin.sources import ObjectKeys, WorkflowsNamed
from django_workflow_engine.admin.targets import ShowsTargets, link_to_target
from django_workflow_engine.admin.used import UsedOnlyFilter
from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.i18n import isolated, joined
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.content import route_of
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.runs import FAILED
from django_workflow_engine.models.steps import Step
from django_workflow_engine.strategies.diagram import diagram_of


class EventInline(ShowsPositions, FixedInline):
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
        if chosen is None:
            return queryset
        key = to_primary_key(WorkFlow, chosen)
        versions = WorkFlow.objects.filter(Q(pk=key) | Q(cloned_from=key, is_hidden=True))
        return queryset.filter(workflow__in=versions.order_by().values("pk"))


@admin.register(WorkflowAttachment)
class WorkflowAttachmentAdmin(ShowsTargets, FixedAdmin):
    """One object on one frozen version: where its run stands, whom it asks, and what happened."""

    fieldsets = (
        (None, {"fields": ("positions", "object_link", "status", "position", "template_link", "action_runs")}),
        (_("The run"), {"fields": ("run_number", "started_by", "created_at", "started_at", "completed_at")}),
        (_("Steps"), {"fields": ("steps",)}),
        (_("For programs"), {"fields": ("version", "object_id", "stored_data"), "classes": ["collapse"]}),
    )
    readonly_fields = (
        *("positions", "object_link", "position", "template_link", "action_runs", "steps"),
        *("created_at", "version", "stored_data"),
    )
    inlines = (EventInline,)
    list_display = ("object_name", "status", "position", "template_name", "created_at", "object_page")
    list_filter = (TemplateFilter, OverdueRuns, "status", "workflow__strategy", ("content_type", UsedOnlyFilter))
    list_select_related = (*("content_type", "workflow__cloned_from", "current_pipeline", "current_stage"),)
    search_fields = search_indexes.free_texts(WorkflowAttachment)
    search_help_text = _("The key of an object, or the name of a workflow.")
    sources = (ObjectKeys(model=WorkflowAttachment, path="pk"), WorkflowsNamed(path="workflow"))
    date_hierarchy = moment = "created_at"
    answered = (
        *("template", PARAMETER, "status__exact", "content_type__id__exact", "workflow__exact", "started_by__exact"),
        *("current_pipeline__exact", "current_stage__exact", "approval_flow__exact"),
    )

    def find_targets(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """The objects, and the addresses of whatever else an attachment leads to."""
        attachments = list(rows)
        super().find_targets(request, attachments)
        for attachment in attachments:
            attachment.template_address = page_of(request, self.admin_site, template_of(attachment))
            attachment.version_address = page_of(request, self.admin_site, attachment.workflow)
            attachment.actions_address = list_of(request, self.admin_site, ActionRun, attachment__exact=attachment.pk)

    @admin.display(description=_("object"))
    def object_name(self, attachment: WorkflowAttachment) -> str:
        """The object in its own words; its model and key when it is gone."""
        return attachment.object_text

    @admin.display(description=_("object"))
    def object_link(self, attachment: WorkflowAttachment) -> str:
        """The same, with the way to the object's own page."""
        return link_to_target(attachment)

    @admin.display(description=_("object's page"))
    def object_page(self, attachment: WorkflowAttachment) -> str:
        """The way to the object's own page: in a list the object leads to the attachment."""
        return link_to_target(attachment, _now("Open")) if attachment.target_address else ""  # type: ignore[attr-defined]

    @admin.display(description=_("stands on"))
    def position(self, attachment: WorkflowAttachment) -> str:
        """The pipeline and the stage."""
        places = (attachment.current_pipeline, attachment.current_stage)
        return joined(" / ".join(isolated(row) for row in places if row))

    @admin.display(description=_("workflow"), ordering=ShownName("workflow__"))
    def template_name(self, attachment: WorkflowAttachment) -> str:
        """The template of the run's version, by the name that it has now."""
        return str(template_of(attachment))

    @admin.display(description=_("template"))
    def template_link(self, attachment: WorkflowAttachment) -> str:
        """The template, with the way to its page."""
        return linked(str(template_of(attachment)), attachment.template_address)  # type: ignore[attr-defined]

    @admin.display(description=_("frozen version"))
    def version(self, attachment: WorkflowAttachment) -> str:
        """What the run uses, with the way to its page."""
        return linked(str(attachment.workflow), attachment.version_address)  # type: ignore[attr-defined]

    @admin.display(description=_("action runs"))
    def action_runs(self, attachment: WorkflowAttachment) -> str:
        """How many actions the runs of this object called and how many of them failed, with the way to their list."""
        statuses = attachment.action_runs.values_list("status", flat=True)
        facts = {"runs": len(statuses), "failed": sum(status in FAILED for status in statuses)}
        return linked(_now("%(runs)d (failed: %(failed)d)") % facts, attachment.actions_address)  # type: ignore[attr-defined]

    @admin.display(description=_("metadata"))
    def stored_data(self, attachment: WorkflowAttachment) -> str:
        """What the project stored with the attachment."""
        return written(InfoField().prepare_value(attachment.metadata))

    @admin.display(description=_("positions"))
    def positions(self, attachment: WorkflowAttachment) -> SafeString:
        """The route of the run, with the place where it stands."""
        route, standing = route_of(attachment.workflow), attachment.progress().standing
        return picture_of(diagram_of(route, standing, skipped=attachment.skipped_positions, named=field_name))

    @admin.display(description=_("steps"))
    def steps(self, attachment: WorkflowAttachment) -> SafeString:
        """Whom the runs of this object asked, in order."""
        rows = Step.objects.filter(flow_id=attachment.approval_flow_id)
        return table_of_steps(rows.select_related("assigned_to", "action_user").order_by("step_number", "pk"))


def template_of(attachment: WorkflowAttachment) -> WorkFlow:
    """The template of the run's version; the version itself where it has none, or is the template."""
    workflow: WorkFlow = attachment.workflow
    return (workflow.is_hidden and workflow.cloned_from) or workflow
