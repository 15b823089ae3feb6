"""Strategy 2: approvals sit on pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault
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

    def completeness_faults(self, tree: WorkflowTree) -> Iterator[Fault]:
        if not tree.pipelines:
            yield self._lacking(_("Strategy 2 workflow must have at least one pipeline"), ("pipelines",))
        for index, pipeline in enumerate(tree.pipelines):
            if not pipeline.approvals:
                message = _("Pipeline “%s” must have at least one approval") % pipeline.shown_name
                yield self._lacking(message, ("pipelines", str(index), "approvals"))
