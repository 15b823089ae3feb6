"""Pipelines: inline on their workflow's page, and on a page of their own with their stages and actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import conf
from django_workflow_engine.admin.actions import ActionInline
from django_workflow_engine.admin.approvals.editing import EditsApprovals
from django_workflow_engine.admin.approvals.references import References, expect
from django_workflow_engine.admin.declared import keeps, page_fields
from django_workflow_engine.admin.forms import OrderedForm, OrderedInlineForm
from django_workflow_engine.admin.formsets import OrderedFormSet
from django_workflow_engine.admin.frozen import BelowFrozenIsFixed, FrozenFilter
from django_workflow_engine.admin.json_fields import JSON_OVERRIDE
from django_workflow_engine.admin.names import ShownName
from django_workflow_engine.admin.stages import StageInline
from django_workflow_engine.admin.templates import TemplateRowAdmin, number_of
from django_workflow_engine.definitions.specs import PipelineSpec
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, validation
from django_workflow_engine.strategies import strategy_for


@keeps(PipelineSpec)
class PipelineForm(OrderedForm):
    """A pipeline on its own page, with its department where the project has departments."""

    parent = "workflow"
    info = "pipeline_info"

    department_row: Any = forms.ModelChoiceField(label=_("Department"), queryset=None, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model = conf.department_model()
        if model is None or "department_row" not in self.fields:
            self.fields.pop("department_row", None)
            return
        field = self.fields["department_row"]
        field.queryset = model._default_manager.all()  # type: ignore[attr-defined]
        if self.instance.department_content_type_id == ContentType.objects.get_for_model(model).pk:
            field.initial = self.instance.department_id

    def clean(self) -> dict[str, Any] | None:
        """Put the chosen department on the pipeline."""
        cleaned = super().clean()
        if "department_row" in self.fields:
            self.instance.department = self.cleaned_data.get("department_row")
        return cleaned

    def check_rule(self) -> None:
        """What saving a pipeline asks."""
        validation.check_pipeline(self.instance)
        self.check_named_rows()


class PipelineBesideForm(OrderedInlineForm, PipelineForm):
    """A pipeline among its siblings."""


class PipelineFormSet(OrderedFormSet):
    """The pipelines of one workflow, which know what their viewer may see."""

    references: References

    def get_queryset(self) -> QuerySet[Pipeline]:
        """The pipelines; the names that their approvals need are read at once."""
        pipelines = super().get_queryset()
        for pipeline in pipelines:
            pipeline.references_of_viewer = self.references
            expect(self.references, pipeline.pipeline_info)
        return pipelines


class PipelineInline(BelowFrozenIsFixed, EditsApprovals, admin.StackedInline):
    """The pipelines of one workflow; the stages and the actions of each are on its own page."""

    model = Pipeline
    form = PipelineBesideForm
    formset = PipelineFormSet
    formfield_overrides = JSON_OVERRIDE
    extra = 0
    show_change_link = True
    readonly_fields = ("asked",)

    def get_fields(self, request: HttpRequest, obj: WorkFlow | None = None) -> tuple[Any, ...]:
        """The approvals only where the strategy asks for them on pipelines."""
        asked_here = obj is None or strategy_for(obj.strategy).approvals_level == "pipeline"
        fields = (("name_en", "name_ar"), "order", *(("pipeline_info",) if asked_here else ()))
        return self.shown(request, obj, fields)

    def get_formset(self, request: HttpRequest, obj: WorkFlow | None = None, **kwargs: Any) -> Any:
        """Django's formset, whose rows know what their viewer may see."""
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"references": self.references(request)})


@admin.register(Pipeline)
class PipelineAdmin(TemplateRowAdmin):
    """One pipeline: its department, its stages and its actions."""

    form = PipelineForm
    autocomplete_fields = ("workflow",)
    list_display = ("name", "workflow_name", "order", "stages_count")
    list_filter = (FrozenFilter, "workflow__strategy")
    list_select_related = ("workflow",)
    search_fields = ("name_en", "name_ar", "workflow__name_en", "workflow__name_ar")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pipeline]:
        """The pipelines with the number of their stages."""
        pipelines: QuerySet[Pipeline] = super().get_queryset(request)
        return pipelines.annotate(counted_stages=number_of(Stage, "pipeline"))

    def get_fields(self, request: HttpRequest, obj: Pipeline | None = None) -> tuple[str, ...]:
        """The department only where the project has departments; the key itself where nothing can be chosen."""
        department = "department_row" if conf.department_model() is not None else ""
        if obj is not None and not self.has_change_permission(request, obj):
            department = "department_id"
        own = page_fields(PipelineSpec, Pipeline, "pipeline_info")
        fields = [department if name == "department_id" else name for name in own]
        return self.shown(request, obj, ["workflow", *filter(None, fields)])

    def get_form(self, request: HttpRequest, obj: Pipeline | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's form; without rows of approvals where the strategy asks for none on pipelines."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "pipeline_info" in form.base_fields:
            _say_who_asks(form.base_fields["pipeline_info"], obj)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Pipeline | None = None) -> tuple[str, ...]:
        """A pipeline stays in its workflow."""
        return ("workflow",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Pipeline | None) -> list[Any]:
        """The stages only where the strategy has stages."""
        stages = obj is None or strategy_for(obj.workflow.strategy).allows_stages
        return [StageInline, ActionInline] if stages else [ActionInline]

    def parents(self, row: Pipeline) -> Sequence[Model]:
        """The workflow."""
        return (row.workflow,)

    @admin.display(description=_("workflow"), ordering=ShownName("workflow__"))
    def workflow_name(self, pipeline: Pipeline) -> str:
        """The workflow that the pipeline is part of."""
        return str(pipeline.workflow)

    @admin.display(description=_("stages"), ordering="counted_stages")
    def stages_count(self, pipeline: Any) -> int:
        """How many stages the pipeline has."""
        count: int = pipeline.counted_stages
        return count


def _say_who_asks(field: Any, pipeline: Pipeline) -> None:
    """Rows of approvals where the strategy asks on pipelines, else JSON of the project's own, and where it asks."""
    level = strategy_for(pipeline.workflow.strategy).approvals_level
    field.widget.only_json = level != "pipeline"
    if field.widget.only_json:
        field.label = capfirst(_("configuration"))
        field.help_text = _("JSON of your own. Approvals are asked for on the stages of this workflow, not here.")
