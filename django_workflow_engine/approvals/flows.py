"""The flows of objects: one for each, locked behind its attachment, and given away when the object is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.steps import OPEN
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.inserting import insert_known
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.steps import Flow, Step
from django_workflow_engine.transactions import on_commit

_NO_STEP: Final = {"last": 0, "open": 0}


class FlowBusy(WorkflowError):
    """The object has open approvals that no workflow of this engine asked for."""

    code = ErrorCode.CONFLICT


def claim_flows(attachments: Sequence[WorkflowAttachment]) -> dict[int, WorkflowError]:
    """Lock the flows of these objects of one model, made where they have none, and number the next steps.

    An object has one flow for all its runs. Sets `approval_flow_id` and `first_step_number` of the attachments, which
    the caller saves. Gives the refusals, by place: FlowBusy where steps of somebody else are open.
    """
    flows = _locked_flows(attachments)
    states = _states({flow.pk for flow in flows.values()})
    flows |= _made(attachment for attachment in attachments if attachment.object_id not in flows)
    busy: dict[int, WorkflowError] = {}
    for index, attachment in enumerate(attachments):
        attachment.approval_flow_id = flows[attachment.object_id].pk
        state = states.get(attachment.approval_flow_id, _NO_STEP)
        attachment.first_step_number = state["last"] + 1
        if state["open"]:
            message = _("The object has open approvals outside of this workflow.")
            busy[index] = FlowBusy(message, path=("target",))
    return busy


def _locked_flows(attachments: Sequence[WorkflowAttachment]) -> dict[str, Flow]:
    """The flows that there are, locked, by the object's key; those of deleted objects with the same key move away."""
    wanted = {attachment.object_id: attachment for attachment in attachments}
    content_type_id = attachments[0].content_type_id
    rows = Flow.objects.filter(content_type_id=content_type_id, object_id__in=wanted).order_by("pk")
    found: dict[str, Flow] = {}
    for flow in for_update(rows.select_related("workflow_attachment")):
        former, attachment = getattr(flow, "workflow_attachment", None), wanted.get(flow.object_id)
        if former is not None and (attachment is None or former.pk != attachment.pk):
            _move_away(flow, former)
        else:
            found[flow.object_id] = flow
    return found


def _made(attachments: Iterable[WorkflowAttachment]) -> dict[str, Flow]:
    rows = [Flow(content_type_id=one.content_type_id, object_id=one.object_id) for one in attachments]
    common = {"content_type_id": rows[0].content_type_id} if rows else {}
    return {flow.object_id: flow for flow in insert_known(rows, "object_id", **common)}


def _states(flow_ids: Collection[int]) -> dict[int, Mapping[str, int]]:
    """How many steps of these flows are open, and the number of the last one; nothing for a flow without steps."""
    if not flow_ids:
        return {}
    rows = Step.objects.filter(flow__in=flow_ids).order_by().values("flow_id")
    counted = rows.annotate(last=Max("step_number"), open=Count("pk", filter=Q(status__in=OPEN)))
    return {row["flow_id"]: row for row in counted}


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
