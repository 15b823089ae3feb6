"""Workflows: the template with its pipelines and actions, its picture, and what it still lacks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import people
from django_workflow_engine.admin.actions import ActionInline
from django_workflow_engine.admin.declared import keeps, page_fields
from django_workflow_engine.admin.forms import AsksApprovals
from django_workflow_engine.admin.frozen import FrozenFilter
from django_workflow_engine.admin.picture import picture_of
from django_workflow_engine.admin.pipelines import PipelineInline
from django_workflow_engine.admin.templates import TemplateRowAdmin, number_of
from django_workflow_engine.admin.used import UsedOnlyFilter
from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.models import Pipeline, WorkFlow, validation
from django_workflow_engine.services import delete_workflow, template_problems
from django_workflow_engine.strategies import route_of_tree, strategy_for
from django_workflow_engine.strategies.diagram import diagram_of

_TOLD = ("positions", "is_active", "cloned_from", "created_at", "created_by", "modified_at", "modified_by")


@keeps(WorkflowSpec)
class WorkFlowForm(AsksApprovals):
    """A template's own values."""

    info = "workflow_info"

    def check_rule(self) -> None:
        """What saving a workflow asks."""
        validation.check_workflow(self.instance)
        self.check_named_rows()


@admin.register(WorkFlow)
class WorkFlowAdmin(TemplateRowAdmin):
    """One workflow: its picture, its pipelines and its actions."""

    form = WorkFlowForm
    raw_id_fields = ("company",)
    list_display = ("name", "company", "strategy", "status", "pipelines_count", "modified_at")
    list_filter = (FrozenFilter, "status", "strategy", ("company", UsedOnlyFilter))
    list_select_related = ("company",)
    search_fields = ("name_en", "name_ar", "description")
    date_hierarchy = "created_at"

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The company's name too, whatever the project's users are called by."""
        return (*self.search_fields, f"company__{people.username_lookup()}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkFlow]:
        """The workflows with the number of their pipelines."""
        workflows: QuerySet[WorkFlow] = super().get_queryset(request)
        return workflows.annotate(counted_pipelines=number_of(Pipeline, "workflow"))

    def get_fieldsets(self, request: HttpRequest, obj: WorkFlow | None = None) -> Any:
        """The approvals only where the strategy asks for them here; what is only told, once there is a row."""
        asked_here = obj is None or strategy_for(obj.strategy).approvals_level == "workflow"
        own = page_fields(WorkflowSpec, WorkFlow, "workflow_info" if asked_here else "")
        if obj is not None:
            own.insert(own.index("company") + 1, "company_deleted")
        fields = self.shown(request, obj, [*filter(None, own)])
        fieldsets = [(None, {"fields": fields})]
        if obj is None:
            return fieldsets
        return [
            (_("Positions"), {"fields": ["positions"]}),
            *fieldsets,
            (_("History"), {"fields": [*_TOLD[1:]], "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: WorkFlow | None = None) -> tuple[str, ...]:
        """A strategy never changes."""
        return (*_TOLD, "strategy") if obj else _TOLD

    def get_inlines(self, request: HttpRequest, obj: WorkFlow | None) -> list[Any]:
        """The pipelines only where the strategy has pipelines."""
        pipelines = obj is None or strategy_for(obj.strategy).allows_pipelines
        return [PipelineInline, ActionInline] if pipelines else [ActionInline]

    @admin.display(description=_("positions"))
    def positions(self, workflow: WorkFlow) -> SafeString:
        """The positions as a picture, what the workflow still lacks, and what is wrong with it now."""
        tree = workflow.tree()
        _is_complete, sentence = strategy_for(tree.strategy).completeness(tree)
        route = route_of_tree(tree)
        picture = picture_of(diagram_of(route, named=field_name))
        told = [(one.severity.label, one.message) for one in template_problems(workflow)]
        problems = format_html_join("", "<p><b>{}:</b> {}</p>", told)
        is_told = any(message == sentence for _severity, message in told)
        return format_html(
            "<div>{}{}{}</div>", picture, "" if is_told else format_html("<p>{}</p>", sentence), problems
        )

    @admin.display(description=_("pipelines"), ordering="counted_pipelines")
    def pipelines_count(self, workflow: Any) -> int:
        """How many pipelines the workflow has."""
        count: int = workflow.counted_pipelines
        return count

    def save_model(self, request: HttpRequest, obj: WorkFlow, form: Any, change: bool) -> None:
        """Store the workflow with who made or changed it."""
        obj.modified_by = request.user  # type: ignore[assignment]
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: WorkFlow) -> None:
        """Delete the template as the engine does: with its versions, while clones of it stay."""
        delete_workflow(id=obj.pk, actor=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WorkFlow]) -> None:
        """Delete each of them in that way."""
        for workflow in queryset:
            self.delete_model(request, workflow)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store what is below the workflow, and say what a run of it would still lack."""
        super().save_related(request, form, formsets, change)
        workflow = form.instance
        is_complete, sentence = workflow.validate_completeness()
        if workflow.status == WorkflowStatus.ACTIVE and not is_complete:
            self.message_user(request, _now("Not ready to run: %s") % sentence, messages.WARNING)
