"""Whether a spec consists of what it should: what does not is told with its place, and left out of what is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import Fault, Path


def shaped(spec: WorkflowSpec, faults: list[Fault]) -> WorkflowSpec:
    """The spec with lists of specs in it and a strategy; what is none is appended to `faults`."""
    strategy = spec.strategy
    if isinstance(strategy, bool) or not isinstance(strategy, int) or strategy not in WorkflowStrategy.values:
        faults.append(invalid(_("This is no strategy."), ("strategy",)))
        strategy = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
    pipelines = _listed(spec.pipelines, PipelineSpec, ("pipelines",), faults)
    return replace(
        spec,
        strategy=strategy,
        pipelines=[_pipeline(each, ("pipelines", str(i)), faults) for i, each in enumerate(pipelines)],
        actions=_listed(spec.actions, ActionSpec, ("actions",), faults),
    )


def _pipeline(spec: PipelineSpec, path: Path, faults: list[Fault]) -> PipelineSpec:
    number = spec.number_of_stages
    if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
        faults.append(invalid(_("This must be a whole number."), (*path, "number_of_stages")))
        number = None
    stages = _listed(spec.stages, StageSpec, (*path, "stages"), faults)
    return replace(
        spec,
        number_of_stages=number,
        stages=[_stage(each, (*path, "stages", str(j)), faults) for j, each in enumerate(stages)],
        actions=_listed(spec.actions, ActionSpec, (*path, "actions"), faults),
    )


def _stage(spec: StageSpec, path: Path, faults: list[Fault]) -> StageSpec:
    return replace(spec, actions=_listed(spec.actions, ActionSpec, (*path, "actions"), faults))


def _listed(value: Any, kind: type[Any], path: Path, faults: list[Fault]) -> Any:
    """The list as it is given, if it holds nothing but specs of this kind; else an empty one."""
    if not isinstance(value, list | tuple):
        faults.append(invalid(_("This must be a list."), path))
        return ()
    wrong = [index for index, item in enumerate(value) if not isinstance(item, kind)]
    faults += [invalid(_("This must be %s.") % kind.__name__, (*path, str(index))) for index in wrong[:1]]
    return () if wrong else value
