"""Templates are edited; their frozen versions are kept out of the lists, and read-only where they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction

_FROZEN: Final = "yes"
_ALL: Final = "all"


class FrozenFilter(admin.SimpleListFilter):
    """Templates alone, unless the frozen versions or both are asked for."""

    title = _("version")
    parameter_name = "frozen"
    paths: ClassVar[Sequence[str]] = ("is_hidden",)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        """What can be chosen beside the templates."""
        return ((_FROZEN, _("Frozen versions")), (_ALL, _("Both")))

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The first choice is the templates, where Django's own filters have “All”."""
        templates, *others = super().choices(changelist)
        yield {**templates, "display": _("Templates")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen kind."""
        if self.value() == _ALL:
            return queryset
        frozen = Q(*((path, True) for path in self.paths), _connector=Q.OR)
        return queryset.filter(frozen if self.value() == _FROZEN else ~frozen)


class FrozenIsFixed:
    """For an admin: rows of frozen versions are shown and never written."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A frozen version never changes."""
        return super().has_change_permission(request, obj) and not is_frozen(obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A frozen version goes with its last attachment, not by hand."""
        return super().has_delete_permission(request, obj) and not is_frozen(obj)  # type: ignore[misc]


class BelowFrozenIsFixed(FrozenIsFixed):
    """The same for an inline, where the row is the one whose page it is."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added below a frozen version."""
        return super().has_add_permission(request, obj) and not is_frozen(obj)  # type: ignore[misc]


def is_frozen(row: Any) -> bool:
    """Whether a workflow, pipeline, stage or action belongs to a frozen version; None belongs to none."""
    if isinstance(row, WorkflowAction):
        return is_frozen(row.stage or row.pipeline or row.workflow)
    return isinstance(row, WorkFlow | Pipeline | Stage) and row.is_hidden
