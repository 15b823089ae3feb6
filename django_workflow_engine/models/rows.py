"""From rows to trees: how stored content becomes plain values."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration, parse_approvals
from django_workflow_engine.definitions.tree import ActionNode, PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.errors import Fault

Row = dict[str, Any]
Actions = dict[tuple[str, int], list[ActionNode]]
_NAMES = ("id", "name_en", "name_ar")
_ACTION = ("id", "action_type", "function_path", "parameters", "order", "is_active")
_PIPELINE = (*_NAMES, "order", "department_content_type_id", "department_id")


def assemble(
    *, workflows: QuerySet[Any], pipelines: QuerySet[Any], stages: QuerySet[Any], actions: QuerySet[Any]
) -> dict[int, WorkflowTree]:
    """The trees of these workflows by id, one statement for each queryset; the querysets give the order."""
    builder = _Builder(
        pipelines=_grouped(pipelines.values(*_PIPELINE, "workflow_id", "pipeline_info"), "workflow_id"),
        stages=_grouped(
            stages.values(*_NAMES, "order", "is_active", "form_info", "stage_info", "pipeline_id"), "pipeline_id"
        ),
        actions=_actions(actions),
    )
    found = workflows.values(*_NAMES, "description", "company_id", "strategy", "workflow_info")
    return {row["id"]: builder.workflow(row) for row in found}


class _Builder:
    """Puts the rows of one `assemble` together, parent by parent."""

    def __init__(self, *, pipelines: dict[int, list[Row]], stages: dict[int, list[Row]], actions: Actions) -> None:
        self.pipelines, self.stages, self.actions = pipelines, stages, actions

    def workflow(self, row: Row) -> WorkflowTree:
        """One workflow, with everything that its stored JSON gets wrong."""
        faults: list[Fault] = []
        return WorkflowTree(
            **{name: row[name] for name in (*_NAMES, "description", "company_id")},
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
            info=row["pipeline_info"],
            approvals=_approvals(row["pipeline_info"], faults, row["name_en"], "pipeline_info"),
            stages=tuple(self.stage(child, faults) for child in self.stages.get(row["id"], ())),
            actions=tuple(self.actions.get(("pipeline", row["id"]), ())),
        )

    def stage(self, row: Row, faults: list[Fault]) -> StageNode:
        """One stage."""
        return StageNode(
            **{name: row[name] for name in (*_NAMES, "order", "is_active", "form_info")},
            info=row["stage_info"],
            approvals=_approvals(row["stage_info"], faults, row["name_en"], "stage_info"),
            actions=tuple(self.actions.get(("stage", row["id"]), ())),
        )


def _approvals(info: Any, faults: list[Fault], *path: str) -> tuple[ApprovalConfiguration, ...]:
    return parse_approvals(info, path=path, faults=faults)


def _grouped(rows: Any, key: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _actions(actions: QuerySet[Any]) -> Actions:
    groups: Actions = defaultdict(list)
    for row in actions.values(*_ACTION, "workflow_id", "pipeline_id", "stage_id"):
        owner = next(name for name in ("stage", "pipeline", "workflow") if row[f"{name}_id"] is not None)
        groups[owner, row[f"{owner}_id"]].append(ActionNode(**{name: row[name] for name in _ACTION}))
    return groups
