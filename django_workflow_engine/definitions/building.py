"""How a spec becomes a tree: every value read, every fault told at once with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.approvals import REFERENCES, ApprovalConfiguration
from django_workflow_engine.definitions.fields import READERS, as_many_as, invalid, read_order
from django_workflow_engine.definitions.specs import (
    MAX_ACTIONS,
    MAX_PIPELINES,
    MAX_STAGES,
    ActionSpec,
    PipelineSpec,
    StageSpec,
    WorkflowSpec,
)
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree, places
from django_workflow_engine.errors import Fault, Path

Reference = tuple[Path, str, Any]


def build_tree(spec: WorkflowSpec, faults: list[Fault]) -> WorkflowTree:
    """The tree that a spec describes, in the order of the input; every fault is appended to `faults`."""
    pipelines = as_many_as(MAX_PIPELINES, spec.pipelines, ("pipelines",), faults)
    READERS["status"](spec.status, ("status",), faults)
    return WorkflowTree(
        strategy=spec.strategy,
        **_read(spec, ("name_en", "name_ar", "description"), (), faults),
        **_approvals(spec, {}, (), faults),
        pipelines=_in_place(pipelines, _build_pipeline, ("pipelines",), faults),
        actions=_actions(spec, (), faults),
    )


def in_order(tree: WorkflowTree) -> WorkflowTree:
    """The same tree with pipelines and stages sorted by their order."""
    pipelines = (
        replace(pipeline, stages=tuple(sorted(pipeline.stages, key=lambda stage: stage.order)))
        for pipeline in tree.pipelines
    )
    return replace(tree, pipelines=tuple(sorted(pipelines, key=lambda pipeline: pipeline.order)))


def info_of(info: dict[str, Any], approvals: Sequence[ApprovalConfiguration]) -> dict[str, Any]:
    """The stored info with these approvals in place of its own."""
    others = {key: value for key, value in info.items() if key != "approvals"}
    return {**others, "approvals": [approval.as_json() for approval in approvals]} if approvals else others


def referenced(tree: WorkflowTree) -> Iterable[Reference]:
    """Every row that the tree names: its path, the name of the key, and the primary key."""
    for index, pipeline in enumerate(tree.pipelines):
        if pipeline.department_id is not None:
            yield ("pipelines", str(index), "department_id"), "department_id", pipeline.department_id
    for _level, path, approvals in places(tree):
        yield from referenced_by(approvals, path)


def referenced_by(approvals: Iterable[ApprovalConfiguration], path: Path) -> Iterable[Reference]:
    """Every row that the approvals at this path name."""
    for approval in approvals:
        for name in REFERENCES:
            value = getattr(approval, name)
            if value is not None:
                yield (*path, "approvals", str(approval.index), name), name, value


def functions_of(tree: WorkflowTree) -> Iterable[tuple[Path, str]]:
    """Every function that the tree's actions name, with its path."""
    owners: list[tuple[Path, Sequence[ActionNode]]] = [((), tree.actions)]
    for i, pipeline in enumerate(tree.pipelines):
        where = ("pipelines", str(i))
        owners.append((where, pipeline.actions))
        owners += [((*where, "stages", str(j)), stage.actions) for j, stage in enumerate(pipeline.stages)]
    for path, actions in owners:
        for index, action in enumerate(actions):
            yield (*path, "actions", str(index), "function_path"), action.function_path


def _build_pipeline(spec: PipelineSpec, order: int, path: Path, faults: list[Fault]) -> PipelineNode:
    stages = as_many_as(MAX_STAGES, spec.stages, (*path, "stages"), faults)
    return PipelineNode(
        order=order,
        **_read(spec, ("name_en", "name_ar", "department_id"), path, faults),
        **_approvals(spec, {}, path, faults),
        stages=(
            *_in_place(stages, _build_stage, (*path, "stages"), faults),
            *_empty_stages(spec, path, faults),
        ),
        actions=_actions(spec, path, faults),
    )


def _build_stage(spec: StageSpec, order: int, path: Path, faults: list[Fault]) -> StageNode:
    values = _read(spec, ("name_en", "name_ar", "is_active", "form_info", "color"), path, faults)
    color = values.pop("color")
    return StageNode(
        order=order,
        **values,
        **_approvals(spec, {} if color is None else {"color": color}, path, faults),
        actions=_actions(spec, path, faults),
    )


def _build_action(spec: ActionSpec, order: int, path: Path, faults: list[Fault]) -> ActionNode:
    names = ("action_type", "function_path", "parameters", "is_active")
    return ActionNode(order=order, **_read(spec, names, path, faults))


def _empty_stages(spec: PipelineSpec, path: Path, faults: list[Fault]) -> tuple[StageNode, ...]:
    """As many stages as asked for, numbered from 1, to be configured later."""
    if spec.number_of_stages is None:
        return ()
    where = (*path, "number_of_stages")
    if spec.stages:
        faults.append(invalid(_("Give the stages or their number, not both."), where))
        return ()
    if not 0 <= spec.number_of_stages <= MAX_STAGES:
        faults.append(invalid(_("A pipeline has between 0 and %d stages.") % MAX_STAGES, where))
        return ()
    return tuple(StageNode(name_en=f"Stage {n}", order=n) for n in range(1, spec.number_of_stages + 1))


def _in_place(
    specs: Sequence[Any],
    build: Callable[..., Any],
    path: Path,
    faults: list[Fault],
    *,
    once: bool = True,
) -> tuple[Any, ...]:
    """Build each spec with its order: the given one, else one more than its predecessor's; `once` refuses equals."""
    built, taken, order = [], set(), -1
    for index, spec in enumerate(specs):
        where = (*path, str(index))
        order = read_order(order + 1 if spec.order is None else spec.order, (*where, "order"), faults)
        if once and order in taken:
            faults.append(invalid(_("Two neighbours have the order %d.") % order, (*where, "order")))
        taken.add(order)
        built.append(build(spec, order, where, faults))
    return tuple(built)


def _actions(spec: WorkflowSpec | PipelineSpec | StageSpec, path: Path, faults: list[Fault]) -> tuple[ActionNode, ...]:
    where = (*path, "actions")
    actions = as_many_as(MAX_ACTIONS, spec.actions, where, faults)
    return _in_place(actions, _build_action, where, faults, once=False)


def _approvals(
    spec: WorkflowSpec | PipelineSpec | StageSpec, info: dict[str, Any], path: Path, faults: list[Fault]
) -> dict[str, Any]:
    """The `info` and `approvals` of a node from its approvals as given."""
    approvals = READERS["approvals"](spec.approvals, (*path, "approvals"), faults)
    return {"info": info_of(info, approvals), "approvals": approvals}


def _read(spec: Any, names: Iterable[str], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """The values of these fields as they are stored."""
    return {name: READERS[name](getattr(spec, name), (*path, name), faults) for name in names}
