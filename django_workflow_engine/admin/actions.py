"""Configured actions: on a page of their own, and inline on the page of the row that they belong to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import registry
from django_workflow_engine.admin.declared import page_fields
from django_workflow_engine.admin.deleting import SaysWhyNot
from django_workflow_engine.admin.forms import RulesForm
from django_workflow_engine.admin.frozen import BelowFrozenIsFixed, FrozenFilter
from django_workflow_engine.admin.json_fields import JSON_OVERRIDE
from django_workflow_engine.admin.style import EnginePage
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction, validation

_OWNERS = ("workflow", "pipeline", "stage")
_FIELDS = tuple(page_fields(ActionSpec, WorkflowAction))


class ActionForm(RulesForm):
    """One action; its function is chosen among the registered ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "function_path" in self.fields:
            self.fields["function_path"].widget = forms.Select(choices=function_choices(self.instance.function_path))

    def check_rule(self) -> None:
        """What saving an action asks."""
        validation.check_action(self.instance)

    def _get_validation_exclusions(self) -> set[str]:
        """The rule says in words what the constraint on the owner says by its name."""
        return {*super()._get_validation_exclusions(), *_OWNERS}  # type: ignore[misc]


class ActionInline(BelowFrozenIsFixed, admin.StackedInline):
    """The actions of one workflow, pipeline or stage."""

    model = WorkflowAction
    form = ActionForm
    fields = _FIELDS
    formfield_overrides = JSON_OVERRIDE
    extra = 0


class FrozenActionFilter(FrozenFilter):
    """An action is frozen with the row that it belongs to."""

    paths = ("workflow__is_hidden", "pipeline__is_hidden", "stage__is_hidden")


@admin.register(WorkflowAction)
class WorkflowActionAdmin(SaysWhyNot, EnginePage):
    """All actions, whatever they belong to."""

    form = ActionForm
    fields = (*_OWNERS, *_FIELDS)
    autocomplete_fields = _OWNERS
    formfield_overrides = JSON_OVERRIDE
    list_display = ("function", "action_type", "owner", "order", "is_active")
    list_filter = (FrozenActionFilter, "action_type", "is_active")
    list_select_related = _OWNERS
    search_fields = (
        "function_path",
        *(f"{owner}__{name}" for owner in ("workflow", "pipeline", "stage") for name in ("name_en", "name_ar")),
    )

    @admin.display(description=_("function"), ordering="function_path")
    def function(self, action: WorkflowAction) -> str:
        """The function as it is registered, with its path; the path alone where it is registered no more."""
        return called(action.function_path)

    @admin.display(description=_("belongs to"))
    def owner(self, action: WorkflowAction) -> WorkFlow | Pipeline | Stage | None:
        """The stage, pipeline or workflow whose action it is."""
        return action.stage or action.pipeline or action.workflow


def called(path: str) -> str:
    """A function by its label and path; the path alone where it is registered no more."""
    found = next((one for one in registry.registered_actions() if one.path == path), None)
    return path if found is None else f"{found.label} ({isolated(path)})"


def function_choices(current: str) -> list[tuple[str, str]]:
    """The registered functions to choose from, and the one that is stored, even if it is registered no more."""
    paths = {found.path: f"{found.label} ({found.path})" for found in registry.registered_actions()}
    return [("", "---------"), *({current: current} | paths if current else paths).items()]
