"""How large a whole template may be: its stages, approvals and actions are counted before they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import conf
from django_workflow_engine.definitions.bounds import MAX_STAGES
from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.definitions.specs import PipelineSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import PipelineNode, WorkflowTree
from django_workflow_engine.errors import Fault, Path

Part = tuple[str, Path, int]  # what it is ("stages", "approvals" or "actions"), where, and how many

_LIMITS: Final[dict[str, tuple[str, Promise]]] = {
    "stages": ("MAX_TEMPLATE_STAGES", _("A template has at most %d stages.")),
    "approvals": ("MAX_TEMPLATE_APPROVALS", _("A template has at most %d approvals.")),
    "actions": ("MAX_TEMPLATE_ACTIONS", _("A template has at most %d actions.")),
}


def parts_of(template: WorkflowSpec | WorkflowTree) -> Iterator[Part]:
    """What a template consists of, list by list, in its order."""
    yield from _own_parts(template, ())
    pipelines: Sequence[PipelineSpec | PipelineNode] = template.pipelines
    for i, pipeline in enumerate(pipelines):
        path = ("pipelines", str(i))
        yield from _own_parts(pipeline, path)
        if isinstance(pipeline, PipelineSpec) and pipeline.number_of_stages is not None:
            yield "stages", (*path, "number_of_stages"), min(pipeline.number_of_stages, MAX_STAGES)
        for j, stage in enumerate(pipeline.stages):
            yield from _own_parts(stage, (*path, "stages", str(j)))


def growth_faults(added: Iterable[Part], stored: Callable[[str], int] = lambda kind: 0) -> list[Fault]:
    """A fault where each limit is passed; `stored` counts what the template has, and is asked only about what grows.

    A template that is larger already goes on, and may be made smaller; it may not grow.
    """
    totals: dict[str, int] = {}
    faults: dict[str, Fault] = {}
    for kind, path, count in added:
        name, message = _LIMITS[kind]
        totals[kind] = (totals[kind] if kind in totals else stored(kind)) + count
        most = conf.limit(name)
        if totals[kind] > most:
            faults.setdefault(kind, invalid(str(message) % most, path))
    return [*faults.values()]


def first_of_everything(spec: WorkflowSpec) -> WorkflowSpec:
    """As much of a template that is too large as is read all the same: one of each, without approvals."""
    pipelines = [
        replace(pipeline, stages=[replace(stage, approvals=(), actions=()) for stage in pipeline.stages[:1]])
        for pipeline in spec.pipelines[:1]
    ]
    bare = [replace(pipeline, approvals=(), actions=()) for pipeline in pipelines]
    return replace(spec, pipelines=bare, approvals=(), actions=spec.actions[:1])


def approvals_in(info: Any) -> int:
    """How many approvals a stored info object holds, whatever is in it."""
    return _length(info.get("approvals")) if isinstance(info, dict) else 0


def _own_parts(node: Any, path: Path) -> Iterator[Part]:
    for kind in _LIMITS:
        count = _length(getattr(node, kind, ())) if kind != "stages" or path else 0
        if count:
            yield kind, (*path, kind), count


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list | tuple) else 0
