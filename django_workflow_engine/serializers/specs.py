"""From a form's values to the engine's specs and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.changes import (
    ActionChanges,
    Changes,
    PipelineChanges,
    StageChanges,
    WorkflowChanges,
)
from django_workflow_engine.definitions.declared import Home, changeable, default_of, stored_in
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec

Values = Mapping[str, Any]
AnyChanges = TypeVar("AnyChanges", bound=Changes)


def action_spec(values: Values) -> ActionSpec:
    """An action to create."""
    return ActionSpec(**{"parameters": None, **values})


def stage_spec(values: Values) -> StageSpec:
    """A stage to create."""
    given = _flat(values, StageSpec, "stage_info")
    return StageSpec(**_known(StageSpec, given) | {"actions": _actions(values)})


def pipeline_spec(values: Values) -> PipelineSpec:
    """A pipeline to create, with its stages."""
    given = _known(PipelineSpec, _flat(values, PipelineSpec, "pipeline_info"))
    stages = [stage_spec(stage) for stage in values.get("stages") or ()]
    return PipelineSpec(**given | {"stages": stages, "actions": _actions(values)})


def workflow_spec(values: Values, *, company_id: Any, status: WorkflowStatus) -> WorkflowSpec:
    """A template to create, with all below it."""
    given = _known(WorkflowSpec, _flat(values, WorkflowSpec, "workflow_info"))
    strategy = WorkflowStrategy(values.get("strategy", WorkflowStrategy.WORKFLOW_PIPELINE_STAGE))
    below = {
        "pipelines": [pipeline_spec(pipeline) for pipeline in values.get("pipelines") or ()],
        "actions": _actions(values),
    }
    return WorkflowSpec(**given | below | {"company_id": company_id, "status": status, "strategy": strategy})


def action_changes(values: Values) -> ActionChanges:
    """Changes of an action; what is not among the values stays."""
    return _changes(ActionChanges, values)


def stage_changes(values: Values, *, partial: bool) -> StageChanges:
    """Changes of a stage; a given `stage_info` is taken as a whole, or key by key in a partial update."""
    return _changes(StageChanges, _flat(values, StageSpec, "stage_info", partial=partial))


def pipeline_changes(values: Values, *, partial: bool) -> PipelineChanges:
    """Changes of a pipeline; a given `pipeline_info` is taken as a whole, or key by key in a partial update."""
    return _changes(PipelineChanges, _flat(values, PipelineSpec, "pipeline_info", partial=partial))


def workflow_changes(values: Values, *, partial: bool) -> WorkflowChanges:
    """Changes of a template; a given `workflow_info` is taken as a whole, or key by key in a partial update."""
    return _changes(WorkflowChanges, _flat(values, WorkflowSpec, "workflow_info", partial=partial))


def _actions(values: Values) -> list[ActionSpec]:
    return [action_spec(action) for action in values.get("actions") or ()]


def _flat(values: Values, spec: type[Any], info: str, *, partial: bool = False) -> dict[str, Any]:
    """The values with what the info object holds beside the others, as specs have it.

    What a whole info object leaves out is emptied, and what a partial one leaves out stays; null empties in both.
    """
    flat = {name: value for name, value in values.items() if name != info}
    if info not in values:
        return flat
    empty, given = empty_info(spec), values[info] or {}
    inside = {name: empty[name] if value is None else value for name, value in given.items()}
    return {**({} if partial else empty), **inside, **flat}


def empty_info(spec: type[Any]) -> dict[str, Any]:
    """The keys that an info object holds, and what each one is when the object is given without it."""
    return {name: default_of(spec, name) for name in stored_in(spec, Home.INFO)}


def _known(spec: type[Any], values: Values) -> dict[str, Any]:
    """The values that the spec has a field for; null is the field's default."""
    names = {field.name for field in fields(spec)}
    return {name: value for name, value in values.items() if name in names and value is not None}


def _changes(changes: type[AnyChanges], values: Values) -> AnyChanges:
    names = changeable(changes.spec)
    return changes(**{name: value for name, value in values.items() if name in names})
