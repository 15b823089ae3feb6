"""Strategy 2: approvals sit on pipelines."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.strategies.base import Position, Strategy


class PipelineStrategy(Strategy):
    """Workflow > pipeline; stages are not allowed."""

    value = WorkflowStrategy.WORKFLOW_PIPELINE
    approvals_level = "pipeline"
    allows_pipelines = True
    allows_stages = False
    stages_refused = gettext_noop("Strategy 2 (Workflow→Pipeline) cannot have stages.")

    def positions(self, tree: WorkflowTree) -> list[Position]:
        return [Position(workflow=tree, pipeline=pipeline) for pipeline in tree.pipelines]

    def completeness_problem(self, tree: WorkflowTree) -> str | None:
        if not tree.pipelines:
            return _("Strategy 2 workflow must have at least one pipeline")
        for pipeline in tree.pipelines:
            if not pipeline.approvals:
                return _("Pipeline “%s” must have at least one approval") % pipeline.shown_name
        return None
