"""Deleting flows with their steps, and what the package's cache keeps of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet

from django_workflow_engine.approvals.steps import OPEN
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.steps import Flow, Step
from django_workflow_engine.transactions import on_commit


@dataclass(frozen=True, kw_only=True)
class FlowCount:
    """How many flows, and how many steps in them."""

    flows: int
    steps: int


def count_flows(attachments: QuerySet[WorkflowAttachment]) -> FlowCount:
    """What `delete_flows` would delete with these attachments."""
    flows = _finished(Flow.objects.filter(workflow_attachment__in=attachments.order_by().values("pk")))
    return FlowCount(flows=flows.count(), steps=Step.objects.filter(flow__in=flows).count())


def delete_flows(flow_ids: Collection[int]) -> FlowCount:
    """Delete the flows of runs that have ended, with their steps and what the package's cache keeps of them.

    A flow with an open step stays: somebody beside the engine uses it. The caller holds the flows.
    """
    rows = list(_finished(Flow.objects.filter(pk__in=flow_ids)).values_list("pk", "content_type_id", "object_id"))
    found = [pk for pk, _content_type_id, _object_id in rows]
    steps = Step.objects.filter(flow__in=found)
    counted = FlowCount(flows=len(found), steps=steps.count())
    steps.delete()
    Flow.objects.filter(pk__in=found).delete()
    cached = [f"approval_flow_{content_type_id}_{object_id}" for _pk, content_type_id, object_id in rows]
    on_commit(lambda: cache.delete_many(cached))
    return counted


def _finished(flows: QuerySet[Flow]) -> QuerySet[Flow]:
    open_steps_ = Step.objects.filter(flow=OuterRef("pk"), status__in=OPEN)
    return flows.filter(~Exists(open_steps_))
