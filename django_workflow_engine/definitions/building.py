"""How a spec becomes a tree: every value read, every fault told at once with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.definitions.approvals import REFERENCES, ApprovalConfiguration
from django_workflow_engine.definitions.bounds import MAX_ACTIONS, MAX_PIPELINES, MAX_STAGES
from django_workflow_engine.definitions.conditions.expressions import EXPRESSIONS, Expression, as_json
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.definitions.declared import Declared, Home, Kind, declared, stored_in
from django_workflow_engine.definitions.fallbacks import FALLBACKS
from django_workflow_engine.definitions.parts import PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.definitions.readers import as_many_as, invalid, read_number_of_stages, read_order
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree, carriers
from django_workflow_engine.errors import Fault, Path

Reference = tuple[Path, str, Any]


def build_tree(spec: WorkflowSpec, faults: list[Fault]) -> WorkflowTree:
    """The tree that a spec describes, in the order of the input; every fault is appended to `faults`."""
    pipelines = as_many_as(MAX_PIPELINES, spec.pipelines, ("pipelines",), faults)
    return WorkflowTree(
        **_content(spec, WorkflowFields, (), faults),
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


def info_with(info: Any, values: Mapping[str, Any], spec: type[Any]) -> dict[str, Any]:
    """The stored info with those of the values that the spec keeps in it; what is empty, or as usual, has no key."""
    fields = stored_in(spec, Home.INFO)
    kept = {name: values[name] for name in fields if name in values}
    others = {key: value for key, value in info.items() if key not in kept} if isinstance(info, Mapping) else {}
    said = {
        name: value for name, value in kept.items() if value not in (None, ()) and not _as_usual(value, fields[name])
    }
    return others | {name: _as_json(value) for name, value in said.items()}


def _as_usual(value: Any, field: Declared) -> bool:
    """Whether the same counts without a key; of a text, such as a colour, what was written is kept."""
    if field.kind is Kind.CHOICES:  # a form gives a list
        return not value
    return field.kind in (Kind.FLAG, Kind.CHOICE) and value == field.usual


def _as_json(value: Any) -> Any:
    """A value as the info stores it: of several values a list, approvals and conditions in their own JSON."""
    if isinstance(value, tuple):
        return [_as_json(one) for one in value]
    if isinstance(value, EXPRESSIONS):
        return as_json(value)
    return value.as_json() if isinstance(value, ApprovalConfiguration) else value


def conditions_of(tree: WorkflowTree) -> Iterable[tuple[Path, Expression]]:
    """Every condition of the tree with its path."""
    for index, pipeline in enumerate(tree.pipelines):
        where = ("pipelines", str(index))
        if pipeline.condition is not None:
            yield (*where, "condition"), pipeline.condition
        for place, stage in enumerate(pipeline.stages):
            if stage.condition is not None:
                yield (*where, "stages", str(place), "condition"), stage.condition
    for _level, path, node in carriers(tree):
        yield from conditions_in(node.approvals, path)


def conditions_in(approvals: Iterable[ApprovalConfiguration], path: Path) -> Iterable[tuple[Path, Expression]]:
    """The conditions of the approvals at this path."""
    for approval in approvals:
        if approval.condition is not None:
            yield (*path, "approvals", str(approval.index), "condition"), approval.condition


def referenced(tree: WorkflowTree) -> Iterable[Reference]:
    """Every row that the tree names: its path, the name of the key, and the primary key."""
    for index, pipeline in enumerate(tree.pipelines):
        if pipeline.department_id is not None:
            yield ("pipelines", str(index), "department_id"), "department_id", pipeline.department_id
    for _level, path, node in carriers(tree):
        yield from referenced_by(node.approvals, path)


def referenced_by(approvals: Sequence[ApprovalConfiguration], path: Path) -> Iterable[Reference]:
    """Every row that the approvals at this path name."""
    for approval in approvals:
        yield from _rows_named(approval, REFERENCES, (*path, "approvals", str(approval.index)))
    for where, deadline in deadlines_in(approvals, path):
        yield from _rows_named(deadline, FALLBACKS, where)


def _rows_named(owner: Any, names: Iterable[str], path: Path) -> Iterable[Reference]:
    keys = ((name, getattr(owner, name)) for name in names)
    return (((*path, name), name, key) for name, key in keys if key is not None)


def deadlines_of(tree: WorkflowTree) -> Iterable[tuple[Path, Deadline]]:
    """Every deadline of the tree with its path."""
    for _level, path, node in carriers(tree):
        yield from deadlines_in(node.approvals, path)


def deadlines_in(approvals: Iterable[ApprovalConfiguration], path: Path) -> Iterable[tuple[Path, Deadline]]:
    """The deadlines of the approvals at this path."""
    for approval in approvals:
        if approval.deadline is not None:
            yield (*path, "approvals", str(approval.index), "deadline"), approval.deadline


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
        **_content(spec, PipelineFields, path, faults) | {"order": order},
        stages=(
            *_in_place(stages, _build_stage, (*path, "stages"), faults),
            *_empty_stages(spec, path, faults),
        ),
        actions=_actions(spec, path, faults),
    )


def _build_stage(spec: StageSpec, order: int, path: Path, faults: list[Fault]) -> StageNode:
    return StageNode(
        **_content(spec, StageFields, path, faults) | {"order": order},
        actions=_actions(spec, path, faults),
    )


def _build_action(spec: ActionSpec, order: int, path: Path, faults: list[Fault]) -> ActionNode:
    return ActionNode(**_read(spec, path, faults) | {"order": order})


def _empty_stages(spec: PipelineSpec, path: Path, faults: list[Fault]) -> tuple[StageNode, ...]:
    """As many stages as asked for, numbered from 1, to be configured later."""
    if spec.number_of_stages is None:
        return ()
    where = (*path, "number_of_stages")
    if spec.stages:
        faults.append(invalid(_("Give the stages or their number, not both."), where))
        return ()
    number = read_number_of_stages(spec.number_of_stages, where, []) or 0
    return tuple(StageNode(name_en=f"Stage {n}", order=n) for n in range(1, number + 1))


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


def _content(spec: Any, part: type[Any], path: Path, faults: list[Fault]) -> dict[str, Any]:
    """What a node holds by itself: the part's values, its approvals, and the info that keeps some of them."""
    values = _read(spec, path, faults)
    held = {name: field.usual if values[name] is None else values[name] for name, field in declared(part).items()}
    return {**held, "info": info_with({}, values, type(spec)), "approvals": values["approvals"]}


def _read(spec: Any, path: Path, faults: list[Fault]) -> dict[str, Any]:
    """The values of the declared fields as they are stored; an order is read with those of its neighbours."""
    return {
        name: None if name == "order" else field.read(getattr(spec, name), (*path, name), faults)
        for name, field in declared(type(spec)).items()
    }
