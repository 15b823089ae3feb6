"""The cleanup of old runs, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django_workflow_engine.approvals import deletion
from django_workflow_engine.cleanup.deletion import Deleted, delete_attachments
from django_workflow_engine.cleanup.plan import Plan
from django_workflow_engine.cleanup.versions import drop_unused_versions, unused_versions
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.transactions import reading_where_it_is_written

BATCH: Final = 500


@reading_where_it_is_written()
def cleanup_completed_workflow_attachments(
    older_than_days: int = 30, dry_run: bool = False, status: str | Iterable[str] | None = None
) -> dict[str, Any]:
    """Delete the attachments whose run ended so many days ago or earlier, with their history and approvals.

    `status` names one state or several: completed, rejected (together the default) or cancelled. A run that has
    not ended, or has actions that are still to be tried, is never deleted. Frozen versions that nothing runs on
    any more go too. Each batch is a transaction of its own, so a cleanup that is broken off is simply called
    again. With `dry_run` nothing is deleted and the numbers are those that the same call would give now.

    Returns `attachments_deleted`, `approval_flows_deleted`, `steps_deleted`, `events_deleted`,
    `versions_deleted`, `dry_run`, `older_than_days` and `status` (a list). Raises InvalidInput.
    """
    plan = Plan.of(older_than_days=older_than_days, status=status)
    deleted = _counted(plan) if dry_run else _delete(plan)
    return {
        "attachments_deleted": deleted.attachments,
        "approval_flows_deleted": deleted.flows,
        "steps_deleted": deleted.steps,
        "events_deleted": deleted.events,
        "versions_deleted": deleted.versions,
        "dry_run": dry_run,
        "older_than_days": older_than_days,
        "status": [state.value for state in plan.statuses],
    }


def _delete(plan: Plan) -> Deleted:
    deleted = sum((delete_attachments(batch, where=plan.where) for batch in _batches(plan)), start=Deleted())
    return deleted + Deleted(versions=drop_unused_versions())


def _batches(plan: Plan) -> Iterator[list[Any]]:
    """The ids of the plan's attachments in order, so many at a time, each read when the one before is done."""
    last: Any = None
    while True:
        rest = plan.attachments() if last is None else plan.attachments().filter(pk__gt=last)
        batch = list(rest.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def _counted(plan: Plan) -> Deleted:
    attachments = plan.attachments()
    flows = deletion.count_flows(attachments)
    return Deleted(
        attachments=attachments.count(),
        flows=flows.flows,
        steps=flows.steps,
        events=WorkflowEvent.objects.filter(attachment__in=attachments.order_by().values("pk")).count(),
        versions=unused_versions(without=attachments).count(),
    )
