"""How each model takes workflows, edited by an administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_workflow_engine import registry
from django_workflow_engine.admin.actions import function_choices
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services.configuration import ensure_workflow_allowed
from django_workflow_engine.services.outcomes import field_of

_HOOKS = ("pre_start_hook", "post_complete_hook")
_VALUES = ("completion_status_value", "rejection_status_value")


class WorkflowConfigurationForm(forms.ModelForm):
    """Refuses fields that the model does not have, values that they do not take, and hooks that nobody registered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(_HOOKS) & set(self.fields):
            self.fields[name].widget = forms.Select(choices=function_choices(getattr(self.instance, name)))

    def clean(self) -> dict[str, Any] | None:
        """Compare the settings with the model that they are for."""
        cleaned = super().clean()
        self._check_hooks()
        content_type = self.cleaned_data.get("content_type") or getattr(self.instance, "content_type", None)
        model = content_type.model_class() if content_type else None
        if model is not None:
            self._check_workflow(model)
            self._check_fields(model)
        return cleaned

    def _check_hooks(self) -> None:
        for name in sorted(set(_HOOKS) & set(self.changed_data)):
            path = self.cleaned_data.get(name)
            if path and not registry.is_registered(path):
                self.add_error(name, _("“%s” is not registered as an action.") % path)

    def _check_workflow(self, model: type[Model]) -> None:
        workflow = self.cleaned_data.get("default_workflow")
        if workflow is None:
            return
        if workflow.is_hidden:
            self.add_error("default_workflow", _("A frozen version cannot be started again; choose its template."))
        try:
            ensure_workflow_allowed(model, workflow)
        except WorkflowError as refused:
            self.add_error("default_workflow", refused.message)

    def _check_fields(self, model: type[Model]) -> None:
        stage_field, status_field = self.cleaned_data.get("stage_field"), self.cleaned_data.get("status_field")
        for name, field_name in (("stage_field", stage_field), ("status_field", status_field)):
            if field_name and field_of(model, field_name) is None:
                facts = {"model": model._meta.label, "field": field_name}
                self.add_error(name, _("%(model)s has no field “%(field)s” to write.") % facts)
        field = field_of(model, status_field) if status_field else None
        for name in _VALUES if field is not None else ():
            self._check_value(name, field)

    def _check_value(self, name: str, field: Any) -> None:
        value = self.cleaned_data.get(name)
        if not value:
            return
        try:
            field.clean(value, None)
        except ValidationError as error:
            self.add_error(name, error)


@admin.register(WorkflowConfiguration)
class WorkflowConfigurationAdmin(admin.ModelAdmin):
    """The settings of one model."""

    form = WorkflowConfigurationForm
    fields = (
        *("content_type", "is_enabled", "auto_start_workflow", "default_workflow"),
        *("status_field", "completion_status_value", "rejection_status_value", "stage_field"),
        *_HOOKS,
    )
    autocomplete_fields = ("default_workflow",)
    list_display = ("content_type", "is_enabled", "auto_start_workflow", "default_workflow", "status_field")
    list_filter = ("is_enabled", "auto_start_workflow")
    list_select_related = ("content_type", "default_workflow")
    search_fields = ("content_type__app_label", "content_type__model", "default_workflow__name_en")

    def get_readonly_fields(self, request: HttpRequest, obj: WorkflowConfiguration | None = None) -> tuple[str, ...]:
        """A configuration stays with its model."""
        return ("content_type",) if obj else ()
