"""How much workflows hold, counted by the database: nothing of their content is read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.selectors.lengths import ApprovalsLength


@dataclass(frozen=True, kw_only=True)
class ContentCounts:
    """The numbers of what is below a workflow; approvals at all levels."""

    pipelines: int = 0
    stages: int = 0
    approvals: int = 0

    @classmethod
    def of(cls, tree: WorkflowTree) -> ContentCounts:
        """The numbers of a content that was read."""
        return cls(pipelines=len(tree.pipelines), stages=len(tree.stages), approvals=len(tree.all_approvals))


def count_contents(workflow_ids: Collection[int]) -> dict[int, ContentCounts]:
    """What these workflows hold, by id; one statement."""
    pipelines = Pipeline.objects.filter(workflow=OuterRef("pk")).order_by().values("workflow")
    stages = Stage.objects.filter(pipeline__workflow=OuterRef("pk")).order_by().values("pipeline__workflow")
    counted = (
        WorkFlow.objects.filter(pk__in=workflow_ids)
        .order_by()
        .values_list(
            "pk",
            _number(pipelines.annotate(number=Count("pk"))),
            _number(stages.annotate(number=Count("pk"))),
            Coalesce(ApprovalsLength(F("workflow_info")), Value(0))
            + _number(pipelines.annotate(number=Sum(ApprovalsLength(F("pipeline_info")))))
            + _number(stages.annotate(number=Sum(ApprovalsLength(F("stage_info"))))),
        )
    )
    return {pk: ContentCounts(pipelines=p, stages=s, approvals=a) for pk, p, s, a in counted}


def _number(groups: QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(groups.values("number"), output_field=IntegerField()), Value(0))
