"""One workflow in short: its structure for a picture, and its approvals counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django_workflow_engine.choices import ApprovalTypes, RoleSelectionStrategy
from django_workflow_engine.definitions.tree import PipelineNode, StageNode, WorkflowTree
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.workflows import load_trees
from django_workflow_engine.selectors.configurations import Json


def get_workflow_pipeline_structure(workflow_id: Any) -> Json | None:
    """The workflow's pipelines and stages with what a picture needs, in order; None for an unknown id.

    A place's `approvals_count` is what it asks for itself; a pipeline's leaves its stages out.
    """
    tree = _tree(workflow_id)
    if tree is None:
        return None
    return {
        "id": tree.id,
        "name_en": tree.name_en,
        "name_ar": tree.name_ar,
        "strategy": tree.strategy.value,
        "approvals_count": len(tree.approvals),
        "pipelines": [_pipeline(pipeline) for pipeline in tree.pipelines],
    }


def get_workflow_approval_summary(workflow_id: Any) -> Json | None:
    """The workflow's approvals, counted; None for an unknown id.

    `by_type` has a key for each approval type in upper case, `by_strategy` one for each role selection
    strategy, 0 where there is none; `by_pipeline` is a list in order, with the approvals of the stages.
    """
    tree = _tree(workflow_id)
    if tree is None:
        return None
    approvals = tree.all_approvals
    types = Counter(approval.approval_type for approval in approvals)
    shared = Counter(approval.role_selection_strategy for approval in approvals)
    return {
        "total_approvals": len(approvals),
        "by_type": {kind.name: types[kind] for kind in ApprovalTypes},
        "by_strategy": {strategy.value: shared[strategy] for strategy in RoleSelectionStrategy},
        "by_pipeline": [_counted(pipeline) for pipeline in tree.pipelines],
    }


def _tree(workflow_id: Any) -> WorkflowTree | None:
    key = to_primary_key(WorkFlow, workflow_id)
    return None if key is None else load_trees([key]).get(key)


def _pipeline(node: PipelineNode) -> Json:
    return {
        **_named(node),
        "approvals_count": len(node.approvals),
        "stages_count": len(node.stages),
        "stages": [
            {**_named(stage), "color": stage.color, "approvals_count": len(stage.approvals)} for stage in node.stages
        ],
    }


def _counted(node: PipelineNode) -> Json:
    return {**_named(node), "approvals_count": len(node.approvals) + sum(len(stage.approvals) for stage in node.stages)}


def _named(node: PipelineNode | StageNode) -> Json:
    return {"id": node.id, "name_en": node.name_en, "name_ar": node.name_ar, "order": node.order}
