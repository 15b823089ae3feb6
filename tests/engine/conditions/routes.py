"""Conditions and templates with them, in a line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import WorkflowSpec
from tests.factories import spec_for

MISSING = object()


def compare(field: str, operator: str, value: Any = MISSING) -> dict[str, Any]:
    """One comparison."""
    told = {"field": field, "operator": operator}
    return {"compare": told if value is MISSING else {**told, "value": value}}


def when(condition: dict[str, Any] | None, *approvals: dict[str, Any]) -> list[dict[str, Any]]:
    """The approvals, each with this condition."""
    return [approval if condition is None else {**approval, "condition": condition} for approval in approvals]


def route(
    strategy: WorkflowStrategy,
    positions: Sequence[tuple[dict[str, Any] | None, Sequence[dict[str, Any]]]],
    **fields: Any,
) -> WorkflowSpec:
    """A template whose positions have these conditions and approvals; strategy 3 has them all in one position.

    There the conditions stand on the approvals.
    """
    if strategy == WorkflowStrategy.WORKFLOW_ONLY:
        return spec_for(strategy, [[one for condition, at in positions for one in when(condition, *at)]], **fields)
    spec = spec_for(strategy, [at for _condition, at in positions], **fields)
    conditions = iter(condition for condition, _at in positions)
    if strategy == WorkflowStrategy.WORKFLOW_PIPELINE:
        return replace(spec, pipelines=[replace(one, condition=next(conditions)) for one in spec.pipelines])
    return replace(
        spec,
        pipelines=[
            replace(one, stages=[replace(stage, condition=next(conditions)) for stage in one.stages])
            for one in spec.pipelines
        ],
    )
