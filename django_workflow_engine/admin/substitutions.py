"""Who decides in whose place: arranged and ended by an administrator, never rewritten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_workflow_engine import people
from django_workflow_engine.admin.asked import person
from django_workflow_engine.admin.configurations import ModelChoice, attachable_types
from django_workflow_engine.admin.forms import RulesForm
from django_workflow_engine.admin.meeting import MeetsOthers
from django_workflow_engine.admin.style import EnginePage
from django_workflow_engine.errors import Conflict, Fault, WorkflowError
from django_workflow_engine.models import Substitution, WorkFlow, validation
from django_workflow_engine.services.substituting import check_wish, end_substitution


class SubstitutionForm(RulesForm):
    """Refuses what the service refuses: wrong intervals, the same substitution twice, and circles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, QuerySet[Any]] = {
            "user": people.active_users(),
            "substitute": people.active_users(),
            "workflow": WorkFlow.objects.templates(),
            "content_type": attachable_types(),
        }
        for name in choices.keys() & self.fields.keys():
            field: forms.ModelChoiceField = self.fields[name]  # type: ignore[assignment]
            field.queryset = choices[name]

    def _get_validation_exclusions(self) -> set[str]:
        """Without what the table's constraints look at: the rule says the same, at its field."""
        return {*super()._get_validation_exclusions(), "substitute", "ends_at"}  # type: ignore[misc]

    def check_rule(self) -> None:
        """What arranging one asks, under its lock."""
        try:
            check_wish(self.instance)
        except WorkflowError as refused:
            validation.raise_faults([_at_the_field(fault) for fault in refused.faults])


@admin.register(Substitution)
class SubstitutionAdmin(MeetsOthers, EnginePage):
    """All substitutions, the newest first; those that are there can only be ended."""

    form = SubstitutionForm
    fields = ("user", "substitute", "starts_at", "ends_at", "content_type", "workflow", "reason")
    autocomplete_fields = ("workflow",)
    raw_id_fields = ("user", "substitute")
    list_display = ("person_name", "substitute_name", "starts_at", "ends_at", "lasts", "content_type", "workflow")
    list_display_links = ("person_name",)
    list_select_related = ("user", "substitute", "content_type", "workflow")
    search_fields = ("reason",)
    actions = ("end_now",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The names of the two people, whatever the project's users are called by."""
        names = (f"{path}__{people.username_lookup()}" for path in ("user", "substitute"))
        return (*self.search_fields, *names)

    @admin.display(description=_("person"))
    def person_name(self, substitution: Substitution) -> str:
        """Who is stood in for."""
        return person(substitution.user)

    @admin.display(description=_("substitute"))
    def substitute_name(self, substitution: Substitution) -> str:
        """Who stands in."""
        return person(substitution.substitute)

    @admin.display(description=_("lasts now"), boolean=True)
    def lasts(self, substitution: Substitution) -> bool:
        """Whether it lasts now."""
        return substitution.is_active()

    @admin.action(description=_("End the selected substitutions now"), permissions=["add"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Substitution]) -> None:
        """End those that have not ended."""
        done = sum(_is_ended(request, substitution) for substitution in queryset)
        told = ngettext("%d substitution has ended.", "%d substitutions have ended.", done) % done
        self.message_user(request, told, messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Substitution, form: Any, change: bool) -> None:
        """Django's own, with who arranged it."""
        obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody rewrites who stood in for whom."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's field; models are called by their names."""
        if db_field.name == "content_type":
            kwargs["form_class"] = ModelChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _is_ended(request: HttpRequest, substitution: Substitution) -> bool:
    """Whether this call has ended it; it may have ended before."""
    try:
        end_substitution(id=substitution.pk, actor=request.user, is_allowed=True)
    except Conflict:
        return False
    return True


def _at_the_field(fault: Fault) -> Fault:
    """The fault at the form's field: the service names keys."""
    return Fault(code=fault.code, message=fault.message, path=(fault.path[0].removesuffix("_id"),))
