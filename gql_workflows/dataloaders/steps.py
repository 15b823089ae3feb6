"""Steps by the approval flow of their attachment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import Count, F, QuerySet

from django_workflow_engine.approvals import steps
from django_workflow_engine.approvals.duties import Deed
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.reading import rows_to_show
from django_workflow_engine.models.steps import Step
from gql_workflows.dataloaders.paging import PageKey, grouped_pages, last_rows

MOST_STEPS: Final = 200


def open_steps(context: Any, keys: Sequence[WorkflowAttachment]) -> dict[WorkflowAttachment, list[Any]]:
    """The steps of these attachments that wait for a decision, oldest first; one statement."""
    by_flow = {row.approval_flow_id: row for row in keys}
    context.loaders.attachments_by_flow.prime(by_flow)  # a step that shows its attachment need not read it
    waiting = Step.objects.filter(flow__in=by_flow.keys(), status=ApprovalStatus.CURRENT)
    groups: dict[WorkflowAttachment, list[Any]] = defaultdict(list)
    for step in rows_to_show(waiting.order_by("pk")):
        groups[by_flow[step.flow_id]].append(step)
    return groups


def deeds(context: Any, keys: Sequence[WorkflowAttachment]) -> dict[WorkflowAttachment, list[Deed]]:
    """What has been decided in these runs; one statement."""
    found = steps.deeds_of(keys)
    return {row: found[row.pk] for row in keys}


def holders_beside(context: Any, keys: Sequence[Any]) -> dict[Any, set[str]]:
    """Who has, had, or will have another seat of what each of these steps asks, as text; one statement."""
    found = steps.holders_beside(keys)
    return {step: found[step.pk] for step in keys}


def run_steps(context: Any, flow_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The last steps of each flow's current run, oldest first; one statement."""
    return last_rows(_of_current_run(flow_ids), "flow_id", MOST_STEPS)


def step_pages(context: Any, keys: Sequence[PageKey]) -> dict[PageKey, Any]:
    """Pages of the current run's steps; one statement for each set of paging arguments."""
    return grouped_pages(_of_current_run, "flow_id", keys, context.loaders.step_counts)


def step_counts(context: Any, flow_ids: Sequence[int]) -> dict[int, int]:
    """The number of steps of each flow's current run; one statement."""
    rows = _of_current_run(flow_ids).order_by()
    return dict(rows.values_list("flow_id").annotate(number=Count("pk")))


def by_id(context: Any, step_ids: Sequence[int]) -> dict[int, Any]:
    """Steps by id; one statement."""
    found: dict[int, Any] = Step.objects.in_bulk(step_ids)
    return found


def _of_current_run(flow_ids: Sequence[int]) -> QuerySet[Step]:
    first = F("flow__workflow_attachment__first_step_number")
    rows: QuerySet[Step] = Step.objects.filter(flow__in=flow_ids, step_number__gte=first)
    return rows
