"""What a caller asks for when a template, or a part of one, is changed.

What is left out, or UNSET, keeps what is stored. None empties what may be empty and is refused where a value must be;
an empty list empties.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django_workflow_engine.definitions.declared import changeable
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.definitions.unset import UNSET
from django_workflow_engine.errors import Fault


class Changes:
    """New values by name: those that the part's spec declares and that may change. Raises TypeError for others."""

    spec: ClassVar[type[Any]]

    def __init__(self, **values: Any) -> None:
        unknown = [name for name in values if name not in changeable(self.spec)]
        if unknown:
            raise TypeError(f"{type(self).__name__} takes no {', '.join(unknown)}")
        self.values = {name: value for name, value in values.items() if value is not UNSET}

    def __eq__(self, other: object) -> bool:
        """Whether the same values of the same part are given."""
        return type(self) is type(other) and isinstance(other, Changes) and self.values == other.values

    __hash__ = None  # type: ignore[assignment]  # values may be lists

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.values.items())})"


class WorkflowChanges(Changes):
    """Changes of a template's own values; a strategy never changes."""

    spec = WorkflowSpec


class PipelineChanges(Changes):
    """Changes of a pipeline's own values."""

    spec = PipelineSpec


class StageChanges(Changes):
    """Changes of a stage's own values."""

    spec = StageSpec


class ActionChanges(Changes):
    """Changes of an action; it stays with its workflow, pipeline or stage."""

    spec = ActionSpec


def read_changes(changes: Changes, faults: list[Fault]) -> dict[str, Any]:
    """The values to store, by field, of everything that was given; every fault is appended to `faults`."""
    fields = changeable(changes.spec)
    return {name: fields[name].read(value, (name,), faults) for name, value in changes.values.items()}
