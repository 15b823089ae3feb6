"""What a caller asks for when a template, or a part of one, is changed.

In every one of these, UNSET keeps what is stored. None empties what may be empty and is refused where a value must
be; an empty list empties. A strategy never changes, so no field here names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.fields import READERS
from django_workflow_engine.definitions.unset import UNSET, Unset
from django_workflow_engine.errors import Fault

Text = str | None | Unset
Approvals = Sequence[Mapping[str, Any]] | None | Unset


@dataclass(frozen=True, kw_only=True)
class WorkflowChanges:
    """Changes of a template's own values."""

    name_en: Text = UNSET
    name_ar: Text = UNSET
    description: Text = UNSET
    company_id: Any = UNSET
    status: WorkflowStatus | Unset | None = UNSET
    approvals: Approvals = UNSET


@dataclass(frozen=True, kw_only=True)
class PipelineChanges:
    """Changes of a pipeline's own values."""

    name_en: Text = UNSET
    name_ar: Text = UNSET
    order: int | Unset | None = UNSET
    department_id: Text = UNSET
    approvals: Approvals = UNSET


@dataclass(frozen=True, kw_only=True)
class StageChanges:
    """Changes of a stage's own values."""

    name_en: Text = UNSET
    name_ar: Text = UNSET
    order: int | Unset | None = UNSET
    color: Text = UNSET
    is_active: bool | Unset | None = UNSET
    form_info: Any = UNSET
    approvals: Approvals = UNSET


@dataclass(frozen=True, kw_only=True)
class ActionChanges:
    """Changes of an action; it stays with its workflow, pipeline or stage."""

    action_type: Text = UNSET
    function_path: Text = UNSET
    parameters: Mapping[str, Any] | Unset | None = UNSET
    order: int | Unset | None = UNSET
    is_active: bool | Unset | None = UNSET


Changes = WorkflowChanges | PipelineChanges | StageChanges | ActionChanges


def read_changes(changes: Changes, faults: list[Fault]) -> dict[str, Any]:
    """The values to store, by field, of everything that was given; every fault is appended to `faults`."""
    given = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: READERS[name](value, (name,), faults) for name, value in given.items() if value is not UNSET}
