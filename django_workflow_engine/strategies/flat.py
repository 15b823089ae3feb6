"""Strategy 3: approvals sit on the workflow itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from django_workflow_engine.choices import ApprovalTypes, WorkflowStrategy
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault
from django_workflow_engine.strategies.base import Position, Strategy


class FlatStrategy(Strategy):
    """Workflow only; pipelines and stages are not allowed."""

    value = WorkflowStrategy.WORKFLOW_ONLY
    approvals_level = "workflow"
    allows_pipelines = False
    allows_stages = False
    types_refused = frozenset({ApprovalTypes.DEPARTMENT_HEAD})
    types_refused_because = gettext_noop("Strategy 3 (Workflow Only) has no pipeline, hence no department with a head.")
    pipelines_refused = gettext_noop("Cannot create pipelines for Strategy 3 (Workflow Only) workflows.")
    stages_refused = gettext_noop("Strategy 3 (Workflow Only) cannot have stages.")

    def positions(self, tree: WorkflowTree) -> list[Position]:
        return [Position(workflow=tree)]

    def completeness_faults(self, tree: WorkflowTree) -> Iterator[Fault]:
        if not tree.approvals:
            yield self._lacking(_("Strategy 3 workflow must have at least one approval"), ("approvals",))
