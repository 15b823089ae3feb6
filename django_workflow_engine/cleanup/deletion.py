"""Deleting attachments with all that belongs to them alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from django_workflow_engine.approvals import deletion, flows
from django_workflow_engine.cleanup.plan import settled
from django_workflow_engine.cleanup.versions import drop_unused_versions
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.transactions import reading_where_it_is_written, verb


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """How many rows went, or would go; `versions` are the frozen ones that nothing runs on any more."""

    attachments: int = 0
    flows: int = 0
    steps: int = 0
    events: int = 0
    versions: int = 0

    def __add__(self, other: Deleted) -> Deleted:
        return Deleted(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@reading_where_it_is_written()
def cleanup_one(attachment_id: Any) -> bool:
    """Delete one attachment whose run has ended, with its history, and tell whether it went.

    It stays while it runs, and while one of its actions is still to be tried or is an incident.
    """
    key = to_primary_key(WorkflowAttachment, attachment_id)
    workflow_ids = list(WorkflowAttachment.objects.filter(pk=key).values_list("workflow_id", flat=True))
    deleted = delete_attachments([key], where=settled())
    if deleted.attachments:
        drop_unused_versions(among=workflow_ids)
    return bool(deleted.attachments)


@verb
def delete_attachments(attachment_ids: Collection[Any], *, where: Q) -> Deleted:
    """Delete those of the attachments that still fit `where` once they are locked, in one transaction.

    Locks the attachments and then their flows, each by id, as every verb does for its one; an attachment that somebody
    holds is left for the next time. Their objects, workflows and actions stay.
    """
    chosen = WorkflowAttachment.objects.filter(where, pk__in=attachment_ids)
    locked = for_update(chosen, skip_locked=True).order_by("pk")
    rows = list(locked.values_list("pk", "approval_flow_id"))
    found = [pk for pk, _flow_id in rows]
    flow_ids = [flow_id for _pk, flow_id in rows if flow_id is not None]
    flows.lock_flows(flow_ids)
    events = WorkflowEvent.objects.filter(attachment__in=found).count()
    WorkflowAttachment.objects.filter(pk__in=found).delete()
    deleted = deletion.delete_flows(flow_ids)
    return Deleted(attachments=len(found), flows=deleted.flows, steps=deleted.steps, events=events)
