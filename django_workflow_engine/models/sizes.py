"""The limits that `save()` keeps: the sizes of a row's values, and the approvals of its whole template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, JSONField, Model
from django.utils.translation import gettext as _

from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.definitions.sizes import approvals_in, growth_faults
from django_workflow_engine.definitions.values import json_problem, text_problem
from django_workflow_engine.errors import Fault
from django_workflow_engine.strategies import strategy_for

if TYPE_CHECKING:
    from django_workflow_engine.models.workflows import WorkFlow


def size_faults(row: Model, *names: str) -> list[Fault]:
    """What is wrong with the size of these fields of a row; a value that is stored already may stay as it is."""
    read = [name for name in names if name not in row.get_deferred_fields()]
    problems = {name: _problem(row._meta.get_field(name), getattr(row, name)) for name in read}
    return [
        invalid(problem, (name,))
        for name, problem in problems.items()
        if problem is not None and not _is_stored(row, name)
    ]


def _problem(field: Any, value: Any) -> str | None:
    if hasattr(value, "resolve_expression"):  # computed by the database
        return None
    if isinstance(field, JSONField):
        return json_problem(value)
    if not isinstance(value, str):
        return None
    if field.max_length is not None:
        return _("This is longer than %d characters.") % field.max_length if len(value) > field.max_length else None
    return text_problem(value)


def _is_stored(row: Model, name: str) -> bool:
    stored = type(row)._base_manager.filter(pk=row.pk).values_list(name, flat=True)
    return row.pk is not None and list(stored) == [getattr(row, name)]


def approval_growth_faults(row: Model, field: str, workflow: WorkFlow) -> list[Fault]:
    """The fault of a row whose approvals are more than the template's limit leaves room for."""
    info = getattr(row, field)
    if approvals_in(info) == 0:
        return []
    stored = {} if row._state.adding else dict(type(row)._base_manager.filter(pk=row.pk).values_list("pk", field))
    more = approvals_in(info) - approvals_in(stored.get(row.pk))
    part = ("approvals", (field, "approvals"), more)
    return growth_faults([part] if more > 0 else [], lambda kind: stored_count(workflow, kind))


def stored_count(workflow: WorkFlow, kind: str) -> int:
    """How many stages, approvals or actions a stored template has."""
    if workflow.pk is None:
        return 0
    if kind == "approvals":
        return sum(map(approvals_in, _infos(workflow)))
    if kind == "stages":
        stages: int = workflow.pipelines.aggregate(count=Count("stages"))["count"]
        return stages
    below: dict[str, int] = workflow.pipelines.aggregate(
        own=Count("actions", distinct=True), stages=Count("stages__actions", distinct=True)
    )
    return workflow.actions.count() + below["own"] + below["stages"]


def _infos(workflow: WorkFlow) -> list[Any]:
    """The info objects on the level that carries the approvals; one statement, or none."""
    level = strategy_for(workflow.strategy).approvals_level
    if level == "workflow":
        return [workflow.workflow_info]
    field = "stages__stage_info" if level == "stage" else "pipeline_info"
    return list(workflow.pipelines.values_list(field, flat=True))
