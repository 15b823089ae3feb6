"""Which workflow an object takes where nobody names one, edited by an administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.admin.configurations import ModelChoice, attachable_types, model_named
from django_workflow_engine.admin.forms import RulesForm
from django_workflow_engine.admin.json_fields import OptionalJSONField
from django_workflow_engine.admin.meeting import MeetsOthers
from django_workflow_engine.admin.style import EnginePage
from django_workflow_engine.conditions.names import field_name
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.conditions.words import in_words
from django_workflow_engine.models import StartRule, validation


class StartRuleForm(RulesForm):
    """Refuses conditions that cannot be judged, and a weight that another active rule of the model has."""

    condition = OptionalJSONField(
        label=_("condition"), required=False, help_text=_("Empty: every object. Else those for which it holds.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "content_type" in self.fields:
            models: forms.ModelChoiceField = self.fields["content_type"]  # type: ignore[assignment]
            models.queryset = attachable_types()

    def check_rule(self) -> None:
        """What saving a rule asks."""
        validation.check_start_rule(self.instance)


@admin.register(StartRule)
class StartRuleAdmin(MeetsOthers, EnginePage):
    """All start rules, by model, the one that counts first before the others."""

    form = StartRuleForm
    fields = ("content_type", "workflow", "condition", "weight", "is_active", "auto_start")
    autocomplete_fields = ("workflow",)
    list_display = ("model_name", "weight", "workflow", "condition_text", "is_active", "auto_start")
    list_filter = ("is_active", "auto_start")
    list_select_related = ("content_type", "workflow")
    search_fields = ("content_type__app_label", "content_type__model", "workflow__name_en", "workflow__name_ar")

    @admin.display(description=_("model"), ordering="content_type__model")
    def model_name(self, rule: StartRule) -> str:
        """The model, by its name and its label."""
        return model_named(rule.content_type)

    @admin.display(description=_("condition"))
    def condition_text(self, rule: StartRule) -> str:
        """The condition as a sentence; nothing where every object falls under the rule."""
        condition = read_condition(rule.condition, (), [])
        return "" if condition is None else in_words(condition, field_name)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field; models are called by their names."""
        if db_field.name == "content_type":
            kwargs["form_class"] = ModelChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
