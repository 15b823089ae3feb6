"""From rows to trees: how stored content becomes plain values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache
from django.db.models import JSONField, Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from django_workflow_engine.choices import ApprovalTypes, WorkflowStrategy
from django_workflow_engine.definitions.approvals import parse_approvals
from django_workflow_engine.definitions.declared import Home, Kind, read_from_info, stored_in
from django_workflow_engine.definitions.parts import ActionFields, PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.errors import Fault

Row = tuple[Any, ...]
Rows = dict[int, dict[int, tuple[Row, list[Row]]]]
Actions = dict[tuple[str, int], list[ActionNode]]
ReadPipeline = tuple[PipelineNode, tuple[Fault, ...]]
_ACTION = ("id", "uuid", *stored_in(ActionFields, Home.COLUMN))
_WORKFLOW = ("id", *(name for name in stored_in(WorkflowFields, Home.COLUMN) if name != "strategy"), "company_id")
WORKFLOW = (*_WORKFLOW, "strategy", "workflow_info")

# What the row of a part begins with; behind it stand its own columns, and its identity where the whole tree is read.
_HEAD = ("id", "origin_id", "info")
_PIPELINE = (*_HEAD, *stored_in(PipelineFields, Home.COLUMN), "department_content_type_id")
_STAGE = (*_HEAD, *stored_in(StageFields, Home.COLUMN))

_JSON: Final = {
    part: [name for name, field in stored_in(part, Home.COLUMN).items() if field.kind is Kind.JSON]
    for part in (PipelineFields, StageFields)
}

_LONGEST: Final = 20_000  # characters of one pipeline that is kept
_MOST: Final = 2_000_000  # characters of all that are kept in a process
_CUSTOM: Final = json.dumps(ApprovalTypes.CUSTOM.value)


def assemble(
    *,
    workflows: Iterable[dict[str, Any]],
    workflow_ids: Collection[int],
    pipelines: type[Model],
    actions: QuerySet[Any] | None,
) -> dict[int, WorkflowTree]:
    """The trees of these workflows by id: one statement for the pipelines with their stages, and one for the actions.

    `workflows` are rows with the columns of WORKFLOW, whose order it keeps. Without `actions` the trees are for readers
    who show them: they have no identities either, and share their parts with other such trees.
    """
    if actions is None:
        builder = _Builder(_rows(pipelines, workflow_ids, identities=False), _shared_pipeline, {})
    else:
        builder = _Builder(_rows(pipelines, workflow_ids, identities=True), _pipeline, _actions(actions))
    return {row["id"]: builder.workflow(row) for row in workflows}


def _rows(pipelines: type[Model], workflow_ids: Collection[int], *, identities: bool) -> Rows:
    """The rows of each workflow's pipelines, with the rows of their stages, in order."""
    statement, width = _statement(pipelines, identities=identities)
    place = itemgetter(1 + _PIPELINE.index("order"), 1, width + _STAGE.index("order"), width)
    found: Rows = defaultdict(dict)
    for row in sorted(statement.filter(workflow__in=workflow_ids), key=place):
        _pipeline_row, stage_rows = found[row[0]].setdefault(row[1], (row[1:width], []))
        if row[width] is not None:  # else it is the only row of a pipeline without stages
            stage_rows.append(row[width:])
    return found


@cache
def _statement(pipelines: type[Model], *, identities: bool) -> tuple[QuerySet[Any, Row], int]:
    """What reads pipelines with their stages, and where the stage begins in a row.

    It is made once in a process, and orders nothing: that costs more than the rest of a small template.
    """
    identity = ("uuid",) if identities else ()
    above = (*_columns(pipelines, (*_PIPELINE, *identity), info="pipeline_info"),)
    stages: Any = pipelines._meta.get_field("stages").related_model
    below = (*_columns(stages, (*_STAGE, *identity), info="stage_info", prefix="stages__"),)
    return pipelines._default_manager.order_by().values_list("workflow_id", *above, *below), 1 + len(above)


def _columns(model: type[Model], names: Iterable[str], *, info: str, prefix: str = "") -> Iterator[Any]:
    """What is read for these names; JSON as it is stored, to be parsed once for many readers."""
    for name in names:
        column = info if name == "info" else name
        is_json = isinstance(model._meta.get_field(column), JSONField)
        yield Cast(prefix + column, TextField()) if is_json else prefix + column


class _Builder:
    """Puts the rows of one `assemble` together, parent by parent."""

    def __init__(self, rows: Rows, pipeline: Callable[..., ReadPipeline], actions: Actions) -> None:
        self._rows, self._pipeline, self._actions = rows, pipeline, actions
        self._language = get_language() or ""

    def workflow(self, row: dict[str, Any]) -> WorkflowTree:
        """One workflow, with everything that its stored JSON gets wrong."""
        faults: list[Fault] = []
        return WorkflowTree(
            **{name: row[name] for name in _WORKFLOW},
            **read_from_info(row["workflow_info"], WorkflowFields, path=("workflow_info",), faults=faults),
            strategy=WorkflowStrategy(row["strategy"]),
            info=row["workflow_info"],
            approvals=parse_approvals(row["workflow_info"], path=("workflow_info",), faults=faults),
            pipelines=tuple(self._pipelines(row["id"], faults)),
            actions=tuple(self._actions.get(("workflow", row["id"]), ())),
            faults=tuple(faults),
        )

    def _pipelines(self, workflow_id: int, faults: list[Fault]) -> Iterator[PipelineNode]:
        for row, stages in self._rows.get(workflow_id, {}).values():
            node, found = self._pipeline(row, tuple(stages), self._language, self._actions or None)
            faults += found
            yield node


def _pipeline(row: Row, stages: tuple[Row, ...], language: str, actions: Actions | None) -> ReadPipeline:
    """A pipeline with its stages, and what its stored JSON gets wrong; the faults are told in the language."""
    faults: list[Fault] = []
    actions = actions or {}
    values = _values(row, _PIPELINE, PipelineFields, "pipeline_info", faults)
    below = tuple(_stage(stage, faults, actions) for stage in stages)
    return PipelineNode(**values, stages=below, actions=tuple(actions.get(("pipeline", row[0]), ()))), tuple(faults)


def _shared_pipeline(row: Row, stages: tuple[Row, ...], language: str, actions: None) -> ReadPipeline:
    """The same rows make the same pipeline, whenever they are read: what they made before, where it was kept."""
    key = (row, stages, language)
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = Kept(read=_pipeline(row, stages, language, actions), characters=_characters(row, stages))
        if not _may_change((row, *stages)) and kept.characters <= _LONGEST:
            with _lock:
                _kept[key] = kept
    return kept.read


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A pipeline that was read, and how many characters it was read of."""

    read: ReadPipeline
    characters: int


_kept: Final[LRUCache[Any, Kept]] = LRUCache(maxsize=_MOST, getsizeof=lambda kept: kept.characters)
_lock: Final = Lock()


def _characters(row: Row, stages: tuple[Row, ...]) -> int:
    return sum(len(cell) for part in (row, *stages) for cell in part if isinstance(cell, str))


def _may_change(parts: Iterable[Row]) -> bool:
    """Whether one of them has an approval that a class of the project reads."""
    return any(_CUSTOM in part[_HEAD.index("info")] for part in parts)


def _stage(row: Row, faults: list[Fault], actions: Actions) -> StageNode:
    values = _values(row, _STAGE, StageFields, "stage_info", faults)
    return StageNode(**values, actions=tuple(actions.get(("stage", row[0]), ())))


def _values(row: Row, names: tuple[str, ...], part: type[Any], info: str, faults: list[Fault]) -> dict[str, Any]:
    """The values of a node: those of its columns, those in its JSON, and its approvals."""
    values = dict(zip((*names, "uuid"), row, strict=False))  # the last one is not always read
    for name in ("info", *_JSON[part]):
        values[name] = json.loads(values[name])
    values["origin_id"] = values["origin_id"] or values["id"]
    path = (values["name_en"], info)
    approvals = parse_approvals(values["info"], path=path, faults=faults)
    return values | read_from_info(values["info"], part, path=path, faults=faults) | {"approvals": approvals}


def _actions(actions: QuerySet[Any]) -> Actions:
    groups: Actions = defaultdict(list)
    for row in actions.values(*_ACTION, "workflow_id", "pipeline_id", "stage_id"):
        owner = next(name for name in ("stage", "pipeline", "workflow") if row[f"{name}_id"] is not None)
        groups[owner, row[f"{owner}_id"]].append(ActionNode(**{name: row[name] for name in _ACTION}))
    return groups
