"""Strategy 1: approvals sit on the stages of pipelines."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault
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

    def completeness_faults(self, tree: WorkflowTree) -> Iterator[Fault]:
        if not tree.pipelines:
            yield self._lacking(_("Strategy 1 workflow must have at least one pipeline"), ("pipelines",))
        for index, pipeline in enumerate(tree.pipelines):
            stages = ("pipelines", str(index), "stages")
            if not any(stage.is_active for stage in pipeline.stages):
                message = _("Pipeline “%s” must have at least one active stage") % pipeline.shown_name
                yield self._lacking(message, stages)
            for place, stage in enumerate(pipeline.stages):
                if stage.is_active and not stage.approvals:
                    message = _("Stage “%s” must have at least one approval") % stage.shown_name
                    yield self._lacking(message, (*stages, str(place), "approvals"))
