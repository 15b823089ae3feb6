"""What a caller asks for when a template is created, and how it becomes a tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode, WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.approvals import parse_approval_list
from django_workflow_engine.definitions.tree import PipelineNode, StageNode, WorkflowTree, places
from django_workflow_engine.definitions.values import json_problem, text_problem
from django_workflow_engine.errors import Fault, Path

NAME_LENGTH: Final = 255
MAX_PIPELINES: Final = 50
MAX_STAGES: Final = 50
MAX_APPROVALS: Final = 20
MAX_ORDER: Final = 2_147_483_647
COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, kw_only=True)
class StageSpec:
    """A stage to create; `approvals` are objects in the form that `stage_info` stores."""

    name_en: str
    name_ar: str = ""
    order: int | None = None
    color: str | None = None
    is_active: bool = True
    form_info: Any = field(default_factory=dict)
    approvals: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class PipelineSpec:
    """A pipeline to create, with its stages or the number of empty ones to make."""

    name_en: str
    name_ar: str = ""
    order: int | None = None
    department_id: str | None = None
    number_of_stages: int | None = None
    stages: Sequence[StageSpec] = ()
    approvals: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec:
    """A template to create."""

    name_en: str
    name_ar: str = ""
    description: str = ""
    company_id: Any = None
    strategy: WorkflowStrategy = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
    status: WorkflowStatus = WorkflowStatus.ACTIVE
    pipelines: Sequence[PipelineSpec] = ()
    approvals: Sequence[Mapping[str, Any]] = ()


def build_tree(spec: WorkflowSpec, faults: list[Fault]) -> WorkflowTree:
    """The tree that a spec describes, in the order of the input; every fault is appended to `faults`."""
    _check_names(spec, (), faults)
    _check_stored(text_problem(spec.description), ("description",), faults)
    _check_count(spec.pipelines, MAX_PIPELINES, ("pipelines",), faults)
    return WorkflowTree(
        name_en=spec.name_en.strip(),
        name_ar=spec.name_ar.strip(),
        description=spec.description,
        strategy=spec.strategy,
        **_approvals(spec.approvals, {}, (), faults),
        pipelines=_in_place(spec.pipelines, _build_pipeline, ("pipelines",), faults),
    )


def in_order(tree: WorkflowTree) -> WorkflowTree:
    """The same tree with pipelines and stages sorted by their order."""
    pipelines = (
        replace(pipeline, stages=tuple(sorted(pipeline.stages, key=lambda stage: stage.order)))
        for pipeline in tree.pipelines
    )
    return replace(tree, pipelines=tuple(sorted(pipelines, key=lambda pipeline: pipeline.order)))


def _build_pipeline(spec: PipelineSpec, order: int, path: Path, faults: list[Fault]) -> PipelineNode:
    _check_names(spec, path, faults)
    _check_count(spec.stages, MAX_STAGES, (*path, "stages"), faults)
    return PipelineNode(
        name_en=spec.name_en.strip(),
        name_ar=spec.name_ar.strip(),
        order=order,
        department_id=spec.department_id,
        **_approvals(spec.approvals, {}, path, faults),
        stages=(
            *_in_place(spec.stages, _build_stage, (*path, "stages"), faults),
            *_empty_stages(spec, path, faults),
        ),
    )


def _build_stage(spec: StageSpec, order: int, path: Path, faults: list[Fault]) -> StageNode:
    _check_names(spec, path, faults)
    if spec.color is not None and not COLOR.fullmatch(spec.color):
        faults.append(_invalid(_("A colour is written as #rrggbb."), path, "color"))
    _check_stored(json_problem(spec.form_info), (*path, "form_info"), faults)
    info = {} if spec.color is None else {"color": spec.color}
    return StageNode(
        name_en=spec.name_en.strip(),
        name_ar=spec.name_ar.strip(),
        order=order,
        is_active=spec.is_active,
        form_info=spec.form_info,
        **_approvals(spec.approvals, info, path, faults),
    )


def _empty_stages(spec: PipelineSpec, path: Path, faults: list[Fault]) -> tuple[StageNode, ...]:
    """As many stages as asked for, numbered from 1, to be configured later."""
    if spec.number_of_stages is None:
        return ()
    if spec.stages:
        faults.append(_invalid(_("Give the stages or their number, not both."), path, "number_of_stages"))
        return ()
    if not 0 <= spec.number_of_stages <= MAX_STAGES:
        message = _("A pipeline has between 0 and %d stages.") % MAX_STAGES
        faults.append(_invalid(message, path, "number_of_stages"))
        return ()
    return tuple(StageNode(name_en=f"Stage {n}", order=n) for n in range(1, spec.number_of_stages + 1))


def _in_place(specs: Sequence[Any], build: Callable[..., Any], path: Path, faults: list[Fault]) -> tuple[Any, ...]:
    """Build each spec with its order: the given one, else one more than its predecessor's."""
    built, taken, order = [], set(), -1
    for index, spec in enumerate(specs):
        order = order + 1 if spec.order is None else spec.order
        where = (*path, str(index))
        if not 0 <= order <= MAX_ORDER:
            faults.append(_invalid(_("An order is a whole number from 0."), where, "order"))
        elif order in taken:
            faults.append(_invalid(_("Two neighbours have the order %d.") % order, where, "order"))
        taken.add(order)
        built.append(build(spec, order, where, faults))
    return tuple(built)


def _approvals(
    raw: Sequence[Mapping[str, Any]], info: dict[str, Any], path: Path, faults: list[Fault]
) -> dict[str, Any]:
    """The `info` and `approvals` of a node from its approvals as given."""
    where = (*path, "approvals")
    _check_count(raw, MAX_APPROVALS, where, faults)
    parsed = parse_approval_list(raw, path=where, faults=faults)
    if parsed:
        info = {**info, "approvals": [approval.as_json() for approval in parsed]}
    return {"info": info, "approvals": parsed}


def _check_names(spec: WorkflowSpec | PipelineSpec | StageSpec, path: Path, faults: list[Fault]) -> None:
    if not spec.name_en.strip():
        faults.append(Fault(code=ErrorCode.REQUIRED, message=_("A name is needed."), path=(*path, "name_en")))
    for name in ("name_en", "name_ar"):
        value = getattr(spec, name)
        if len(value) > NAME_LENGTH:
            faults.append(_invalid(_("A name has at most %d characters.") % NAME_LENGTH, path, name))
        _check_stored(text_problem(value), (*path, name), faults)


def _check_stored(problem: str | None, path: Path, faults: list[Fault]) -> None:
    if problem is not None:
        faults.append(Fault(code=ErrorCode.INVALID, message=problem, path=path))


def _check_count(items: Sequence[Any], most: int, path: Path, faults: list[Fault]) -> None:
    if len(items) > most:
        faults.append(_invalid(_("At most %d are allowed here.") % most, path))


def _invalid(message: str, path: Path, *names: str) -> Fault:
    return Fault(code=ErrorCode.INVALID, message=message, path=(*path, *names))


def referenced(tree: WorkflowTree) -> Iterable[tuple[Path, str, Any]]:
    """Every row that the tree names: its path, the name of the key, and the primary key."""
    for index, pipeline in enumerate(tree.pipelines):
        if pipeline.department_id is not None:
            yield ("pipelines", str(index), "department_id"), "department_id", pipeline.department_id
    for _level, path, approvals in places(tree):
        for approval in approvals:
            for name in ("approval_user", "user_role"):
                value = getattr(approval, name)
                if value is not None:
                    yield (*path, "approvals", str(approval.index), name), name, value
