"""How each model takes workflows, edited by an administrator."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.actions import function_choices
from django_workflow_engine.admin.meeting import MeetsOthers
from django_workflow_engine.admin.style import EnginePage
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.models.attachable import attachable_models
from django_workflow_engine.models.followed_fields import VALUES
from django_workflow_engine.services.configuration.changing import configuration_faults

_HOOKS = ("pre_start_hook", "post_complete_hook")
_CHECKED = (
    *("default_workflow", "status_field", "stage_field", *VALUES),
    *_HOOKS,
)


_HELP: Final = {
    "content_type": _("Only models whose rows can take workflows, and that are not configured yet."),
    "is_enabled": _("Whether new workflows can be attached to its rows; what runs goes on."),
    "auto_start_workflow": _("A new row starts the default workflow by itself."),
    "default_workflow": _("Which workflow a new row starts."),
    "status_field": _("The field of the model that shows where its run stands, by its name in the code."),
    "completion_status_value": _("What is written there when a run completes; empty: the engine's own word."),
    "rejection_status_value": _("What is written there when a run is rejected; empty: the engine's own word."),
    "changes_requested_status_value": _(
        "What is written there when the requester is asked for changes; empty: it stays."
    ),
    "resubmission_status_value": _("What is written there when the requester has sent the run again; empty: it stays."),
    "stage_field": _("The field of the model that shows the name of the current stage, by its name in the code."),
    "pre_start_hook": _("A registered function that is called before a run starts, and can refuse it."),
    "post_complete_hook": _("A registered function that is called after a run has completed."),
}


class ModelChoice(forms.ModelChoiceField):
    """A choice among models, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The model's name, and its label for who writes settings."""
        return model_named(obj)


class WorkflowConfigurationForm(forms.ModelForm):
    """Refuses fields that the model does not have, values that they do not take, and hooks that nobody registered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "content_type" in self.fields:
            self.fields["content_type"].queryset = free_models()  # type: ignore[attr-defined]
        for name, text in _HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text
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
class WorkflowConfigurationAdmin(MeetsOthers, EnginePage):
    """The settings of one model."""

    form = WorkflowConfigurationForm
    fields = (
        *("content_type", "is_enabled", "auto_start_workflow", "default_workflow"),
        *("status_field", *VALUES, "stage_field"),
        *_HOOKS,
    )
    autocomplete_fields = ("default_workflow",)
    list_display = ("model_name", "is_enabled", "auto_start_workflow", "default_workflow", "status_field")
    list_filter = ("is_enabled", "auto_start_workflow")
    list_select_related = ("content_type", "default_workflow")
    search_fields = (
        "content_type__app_label",
        "content_type__model",
        "default_workflow__name_en",
        "default_workflow__name_ar",
    )

    @admin.display(description=_("model"), ordering="content_type__model")
    def model_name(self, configuration: WorkflowConfiguration) -> str:
        """The model, by its name and its label."""
        return model_named(configuration.content_type)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field; models are called by their names."""
        if db_field.name == "content_type":
            kwargs["form_class"] = ModelChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: WorkflowConfiguration | None = None) -> tuple[str, ...]:
        """A configuration stays with its model."""
        return ("model_name",) if obj else ()

    def get_fields(self, request: HttpRequest, obj: WorkflowConfiguration | None = None) -> tuple[str, ...]:
        """The model is chosen once, and named from then on."""
        return ("model_name", *self.fields[1:]) if obj else self.fields


def free_models() -> QuerySet[ContentType]:
    """The models that could be configured and are not."""
    return attachable_types().filter(workflow_configuration=None)


def attachable_types() -> QuerySet[ContentType]:
    """The models whose rows can take workflows, by their labels."""
    keys = [found.pk for found in ContentType.objects.get_for_models(*attachable_models()).values()]
    return ContentType.objects.filter(pk__in=keys).order_by("app_label", "model")


def model_named(content_type: ContentType) -> str:
    """A model by its name and its label; by the label alone where it is installed no more."""
    model = content_type.model_class()
    if model is None:
        return f"{content_type.app_label}.{content_type.model}"
    return f"{capfirst(model._meta.verbose_name)} ({isolated(model._meta.label)})"
