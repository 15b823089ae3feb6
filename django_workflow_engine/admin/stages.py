"""Stages: inline on their pipeline's page, and on a page of their own with their approvals and actions."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.actions import ActionInline
from django_workflow_engine.admin.declared import keeps, page_fields
from django_workflow_engine.admin.forms import OrderedForm, OrderedInlineForm
from django_workflow_engine.admin.formsets import OrderedFormSet
from django_workflow_engine.admin.frozen import BelowFrozenIsFixed, FrozenFilter
from django_workflow_engine.admin.names import ShownName
from django_workflow_engine.admin.templates import TemplateRowAdmin
from django_workflow_engine.definitions.specs import StageSpec
from django_workflow_engine.models import Stage, validation


@keeps(StageSpec)
class StageForm(OrderedForm):
    """A stage on its own page."""

    parent = "pipeline"
    info = "stage_info"

    def check_rule(self) -> None:
        """What saving a stage asks."""
        validation.check_stage(self.instance)
        self.check_named_rows()


class StageBesideForm(OrderedInlineForm, StageForm):
    """A stage among its siblings."""


class StageInline(BelowFrozenIsFixed, admin.StackedInline):
    """The stages of one pipeline; what each asks for is on its own page."""

    model = Stage
    form = StageBesideForm
    formset = OrderedFormSet
    fields = (("name_en", "name_ar"), ("order", "is_active"))
    extra = 0
    show_change_link = True


@admin.register(Stage)
class StageAdmin(TemplateRowAdmin):
    """One stage: its approvals, its forms and its actions."""

    form = StageForm
    autocomplete_fields = ("pipeline",)
    inlines = (ActionInline,)
    list_display = ("name", "pipeline_name", "workflow_name", "order", "is_active")
    list_filter = (FrozenFilter, "is_active")
    list_select_related = ("pipeline__workflow",)
    search_fields = (
        *("name_en", "name_ar", "pipeline__name_en", "pipeline__name_ar"),
        *("pipeline__workflow__name_en", "pipeline__workflow__name_ar"),
    )

    def get_fields(self, request: HttpRequest, obj: Stage | None = None) -> tuple[str, ...]:
        """What a stage has, with its approvals as the viewer may edit or read them."""
        return self.shown(request, obj, ["pipeline", *page_fields(StageSpec, Stage, "stage_info")])

    def get_readonly_fields(self, request: HttpRequest, obj: Stage | None = None) -> tuple[str, ...]:
        """A stage stays in its pipeline."""
        return ("pipeline",) if obj else ()

    def parents(self, row: Stage) -> Sequence[Model]:
        """The workflow and the pipeline."""
        return (row.pipeline.workflow, row.pipeline)

    @admin.display(description=_("pipeline"), ordering=ShownName("pipeline__"))
    def pipeline_name(self, stage: Stage) -> str:
        """The pipeline that the stage is part of."""
        return str(stage.pipeline)

    @admin.display(description=_("workflow"), ordering=ShownName("pipeline__workflow__"))
    def workflow_name(self, stage: Stage) -> str:
        """The workflow that the stage is part of."""
        return str(stage.pipeline.workflow)
