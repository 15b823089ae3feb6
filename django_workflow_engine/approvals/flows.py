"""The flows of objects: one for each, locked behind its attachment, and given away when the object is gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.steps import OPEN
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.steps import Flow, Step
from django_workflow_engine.transactions import on_commit


class FlowBusy(WorkflowError):
    """The object has open approvals that no workflow of this engine asked for."""

    code = ErrorCode.CONFLICT


def claim_flow(attachment: WorkflowAttachment) -> int:
    """Lock the object's flow, made if it has none, and return the number that its next step takes.

    An object has one flow for all its runs. Sets `attachment.approval_flow_id`, which the caller saves. Raises
    FlowBusy when steps of somebody else are open in it.
    """
    key = {"content_type_id": attachment.content_type_id, "object_id": attachment.object_id}
    flow = _locked_flow(key)
    former = getattr(flow, "workflow_attachment", None)
    if former is not None and former.pk != attachment.pk:
        _move_away(flow, former)
        flow = _locked_flow(key)
    attachment.approval_flow_id = flow.pk
    state = Step.objects.filter(flow=flow).aggregate(
        last=Max("step_number"), open=Count("pk", filter=Q(status__in=OPEN))
    )
    if state["open"]:
        raise FlowBusy(_("The object has open approvals outside of this workflow."), path=("target",))
    return (state["last"] or 0) + 1


def _locked_flow(key: dict[str, Any]) -> Flow:
    Flow.objects.bulk_create([Flow(**key)], ignore_conflicts=True)
    found: Flow = for_update(Flow.objects.select_related("workflow_attachment")).get(**key)
    return found


def _move_away(flow: Flow, former: WorkflowAttachment) -> None:
    """Give the key of a deleted object free: its flow stays with its attachment, under a key that no object has."""
    cached = f"approval_flow_{flow.content_type_id}_{flow.object_id}"
    Flow.objects.filter(pk=flow.pk).update(object_id=f"deleted:{former.pk}")
    on_commit(lambda: cache.delete(cached))


def next_number(attachment: WorkflowAttachment) -> int:
    """The number that the next step of the object would take."""
    steps = Step.objects.filter(flow=attachment.approval_flow_id)
    return (steps.aggregate(last=Max("step_number"))["last"] or 0) + 1


def lock_flow(attachment: WorkflowAttachment) -> None:
    """Lock the flow of a running attachment."""
    for_update(Flow.objects.all()).get(pk=attachment.approval_flow_id)


def lock_flows(flow_ids: Collection[int]) -> None:
    """Lock several flows, by id; the caller holds their attachments."""
    list(for_update(Flow.objects.filter(pk__in=flow_ids)).order_by("pk").values_list("pk"))
