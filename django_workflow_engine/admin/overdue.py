"""The filter of what is overdue, which is found by an index however old it is."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.approvals.deadlines import overdue
from django_workflow_engine.models.steps import Step

PARAMETER: Final = "overdue"
_YES: Final = "yes"


class OverdueSteps(admin.SimpleListFilter):
    """The steps that wait for a decision although their time is up; the others are no choice, for no index has them."""

    title = _("overdue")
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one choice beside all of them."""
        return [(_YES, _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The overdue ones where they are asked for."""
        return queryset.filter(self.condition()) if self.value() == _YES else queryset

    def condition(self) -> Q:
        """What is true of them."""
        return overdue()


class OverdueRuns(OverdueSteps):
    """The runs with such a step."""

    def condition(self) -> Q:
        """What is true of them."""
        return Q(approval_flow__in=Step.objects.filter(overdue()).values("flow"))
