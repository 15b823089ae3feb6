"""From rows to trees: how stored content becomes plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration, parse_approvals
from django_workflow_engine.definitions.declared import Home, read_from_info, stored_in
from django_workflow_engine.definitions.parts import ActionFields, PipelineFields, StageFields, WorkflowFields
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.errors import Fault

Row = dict[str, Any]
Actions = dict[tuple[str, int], list[ActionNode]]
_ACTION = ("id", "uuid", *stored_in(ActionFields, Home.COLUMN))
_PIPELINE = ("id", "uuid", *stored_in(PipelineFields, Home.COLUMN), "department_content_type_id")
_STAGE = {name: f"stages__{name}" for name in ("id", "uuid", *stored_in(StageFields, Home.COLUMN))}
_BESIDE = ("stages__origin_id", "stages__stage_info")
_WORKFLOW = ("id", *(name for name in stored_in(WorkflowFields, Home.COLUMN) if name != "strategy"), "company_id")
WORKFLOW = (*_WORKFLOW, "strategy", "workflow_info")


def assemble(
    *, workflows: Iterable[Row], pipelines: QuerySet[Any], actions: QuerySet[Any] | None
) -> dict[int, WorkflowTree]:
    """The trees of these workflows by id, one statement for each queryset.

    `workflows` are rows with the columns of WORKFLOW. The order is that of the rows and of the querysets, where that
    of `pipelines` goes on with the order of their stages: they are read together.
    """
    above, below = _pipelines_with_stages(pipelines)
    builder = _Builder(pipelines=above, stages=below, actions={} if actions is None else _actions(actions))
    return {row["id"]: builder.workflow(row) for row in workflows}


def _pipelines_with_stages(pipelines: QuerySet[Any]) -> tuple[dict[int, list[Row]], dict[int, list[Row]]]:
    """The pipelines by workflow, and the stages by pipeline."""
    above: dict[int, dict[int, Row]] = defaultdict(dict)
    below: dict[int, list[Row]] = defaultdict(list)
    for row in pipelines.values(*_PIPELINE, "origin_id", "workflow_id", "pipeline_info", *_STAGE.values(), *_BESIDE):
        above[row["workflow_id"]].setdefault(row["id"], row)
        if row["stages__id"] is not None:
            below[row["id"]].append(row)
    return {workflow: list(rows.values()) for workflow, rows in above.items()}, below


class _Builder:
    """Puts the rows of one `assemble` together, parent by parent."""

    def __init__(self, *, pipelines: dict[int, list[Row]], stages: dict[int, list[Row]], actions: Actions) -> None:
        self.pipelines, self.stages, self.actions = pipelines, stages, actions

    def workflow(self, row: Row) -> WorkflowTree:
        """One workflow, with everything that its stored JSON gets wrong."""
        faults: list[Fault] = []
        return WorkflowTree(
            **{name: row[name] for name in _WORKFLOW},
            **read_from_info(row["workflow_info"], WorkflowFields),
            strategy=WorkflowStrategy(row["strategy"]),
            info=row["workflow_info"],
            approvals=_approvals(row["workflow_info"], faults, "workflow_info"),
            pipelines=tuple(self.pipeline(child, faults) for child in self.pipelines.get(row["id"], ())),
            actions=tuple(self.actions.get(("workflow", row["id"]), ())),
            faults=tuple(faults),
        )

    def pipeline(self, row: Row, faults: list[Fault]) -> PipelineNode:
        """One pipeline with its stages."""
        return PipelineNode(
            **{name: row[name] for name in _PIPELINE},
            **read_from_info(row["pipeline_info"], PipelineFields),
            origin_id=row["origin_id"] or row["id"],
            info=row["pipeline_info"],
            approvals=_approvals(row["pipeline_info"], faults, row["name_en"], "pipeline_info"),
            stages=tuple(self.stage(child, faults) for child in self.stages.get(row["id"], ())),
            actions=tuple(self.actions.get(("pipeline", row["id"]), ())),
        )

    def stage(self, row: Row, faults: list[Fault]) -> StageNode:
        """One stage, from a row of its pipeline."""
        key, info = row["stages__id"], row["stages__stage_info"]
        return StageNode(
            **{name: row[column] for name, column in _STAGE.items()},
            **read_from_info(info, StageFields),
            origin_id=row["stages__origin_id"] or key,
            info=info,
            approvals=_approvals(info, faults, row["stages__name_en"], "stage_info"),
            actions=tuple(self.actions.get(("stage", key), ())),
        )


def _approvals(info: Any, faults: list[Fault], *path: str) -> tuple[ApprovalConfiguration, ...]:
    return parse_approvals(info, path=path, faults=faults)


def _actions(actions: QuerySet[Any]) -> Actions:
    groups: Actions = defaultdict(list)
    for row in actions.values(*_ACTION, "workflow_id", "pipeline_id", "stage_id"):
        owner = next(name for name in ("stage", "pipeline", "workflow") if row[f"{name}_id"] is not None)
        groups[owner, row[f"{owner}_id"]].append(ActionNode(**{name: row[name] for name in _ACTION}))
    return groups
