"""Strategy 1: approvals sit on the stages of pipelines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.strategies.base import Position, Strategy


class StageStrategy(Strategy):
    """Workflow > pipeline > stage; inactive stages are not in the route."""

    value = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE
    approvals_level = "stage"
    allows_pipelines = True
    allows_stages = True

    def positions(self, tree: WorkflowTree) -> list[Position]:
        return [
            Position(workflow=tree, pipeline=pipeline, stage=stage)
            for pipeline in tree.pipelines
            for stage in pipeline.stages
            if stage.is_active
        ]

    def completeness_problem(self, tree: WorkflowTree) -> str | None:
        if not tree.pipelines:
            return _("Strategy 1 workflow must have at least one pipeline")
        for pipeline in tree.pipelines:
            active = [stage for stage in pipeline.stages if stage.is_active]
            if not active:
                return _("Pipeline “%s” must have at least one active stage") % pipeline.shown_name
            for stage in active:
                if not stage.approvals:
                    return _("Stage “%s” must have at least one approval") % stage.shown_name
        return None
