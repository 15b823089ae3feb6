"""How each model takes workflows, edited by an administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from django_workflow_engine.admin.actions import function_choices
from django_workflow_engine.admin.searching import SearchesShortTexts
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services.configuring import configuration_faults

_HOOKS = ("pre_start_hook", "post_complete_hook")
_CHECKED = (
    *("default_workflow", "status_field", "stage_field", "completion_status_value", "rejection_status_value"),
    *_HOOKS,
)


class WorkflowConfigurationForm(forms.ModelForm):
    """Refuses fields that the model does not have, values that they do not take, and hooks that nobody registered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(_HOOKS) & set(self.fields):
            self.fields[name].widget = forms.Select(choices=function_choices(getattr(self.instance, name)))

    def clean(self) -> dict[str, Any] | None:
        """Compare the settings with the model that they are for."""
        cleaned = super().clean() or {}
        content_type = cleaned.get("content_type") or getattr(self.instance, "content_type", None)
        if content_type is not None:
            row = WorkflowConfiguration(content_type=content_type, **{name: cleaned.get(name) for name in _CHECKED})
            for fault in configuration_faults(row, changed=dict.fromkeys(self.changed_data)):
                self.add_error(fault.path[0].removesuffix("_id"), fault.message)
        return cleaned


@admin.register(WorkflowConfiguration)
class WorkflowConfigurationAdmin(SearchesShortTexts):
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
    search_fields = (
        "content_type__app_label",
        "content_type__model",
        "default_workflow__name_en",
        "default_workflow__name_ar",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: WorkflowConfiguration | None = None) -> tuple[str, ...]:
        """A configuration stays with its model."""
        return ("content_type",) if obj else ()
