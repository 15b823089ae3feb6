"""Reading steps: which are open, where they belong, and who has approved or holds a seat of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.db.models import QuerySet

from django_workflow_engine.approvals import completion
from django_workflow_engine.approvals.delegations import came_from
from django_workflow_engine.approvals.duties import Deed
from django_workflow_engine.choices import ApprovalTypes, CheckInState, EventKind, StepType
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.steps import Step
from django_workflow_engine.strategies import Position

OPEN: Final = (ApprovalStatus.CURRENT, ApprovalStatus.PENDING)
DECIDED: Final = (ApprovalStatus.APPROVED, ApprovalStatus.REJECTED, ApprovalStatus.NEEDS_RESUBMISSION)
FIRST: Final = "first"  # of approvals that are asked all at once: the number of the first one's steps
COUNT: Final = "together"  # and how many they are
REQUESTER: Final = "requester"  # of the seat of whoever has to send the run again
FALLBACK: Final = "fallback"  # of a seat of those who are asked when nobody else can be
SUBSTITUTE_FOR: Final = "substitute_for"  # of a line of the audit trail: the key of whom the decision counts for
CHECKED_IN: Final = "checked_in"  # as the package keeps it among a row's extra fields, with who and when beside it


def find_step(step_id: Any, *people: str) -> Step | None:
    """The step of a workflow with its flow and its attachment, without a lock; None if there is none.

    `people` are those of its users that are read with it: `assigned_to`, `action_user`.
    """
    key = to_primary_key(Step, step_id)
    if key is None:
        return None
    steps: QuerySet[Step] = Step.objects.select_related("flow__workflow_attachment", *people)
    return steps.filter(pk=key, flow__workflow_attachment__isnull=False).first()


def open_steps(attachment: WorkflowAttachment) -> list[Step]:
    """The steps of the attachment that wait for a decision now, by id, with whom they wait for."""
    rows = Step.objects.select_related("assigned_to")
    return list(rows.filter(flow_id=attachment.approval_flow_id, status=ApprovalStatus.CURRENT).order_by("pk"))


def belongs_to_run(step: Step, attachment: WorkflowAttachment) -> bool:
    """Whether the engine asked for this step in the attachment's current run."""
    return (step.extra_fields or {}).get("run") == attachment.run_number


def approval_index(step: Step) -> int:
    """The place of the step's approval in the list of its position."""
    return int((step.extra_fields or {}).get("approval", 0))


def asked_together(step: Step) -> int | None:
    """How many approvals were asked all at once with the step's; None where they are asked one after the other."""
    count: int | None = (step.extra_fields or {}).get(COUNT)
    return count


def is_of_fallback(step: Step) -> bool:
    """Whether the step was asked of the approval's fallback, whoever holds it now."""
    return bool((step.extra_fields or {}).get(FALLBACK))


def asks_the_requester(step: Step, position: Position) -> bool:
    """Whether the step is a SELF approval of the position where the run stands, and not of its fallback."""
    approvals, index = position.approvals, approval_index(step)
    is_self = index < len(approvals) and approvals[index].approval_type == ApprovalTypes.SELF
    return is_self and not is_of_fallback(step)


def number_after(step: Step) -> int:
    """The number of the first step that is asked after the step's approval, and after those beside it."""
    count, first = asked_together(step), (step.extra_fields or {}).get(FIRST, step.step_number)
    return int(first) + (count or 1)


def check_in_state(step: Step) -> CheckInState | None:
    """Whether the seat of a CHECK_IN_VERIFY step has been checked in; None of other steps."""
    if step.approval_type != StepType.CHECK_IN_VERIFY:
        return None
    return CheckInState.NOT_CHECKED_IN if needs_check_in(step) else CheckInState.CHECKED_IN


def needs_check_in(step: Step) -> bool:
    """Whether the next act on the step is the check-in of CHECK_IN_VERIFY."""
    return step.approval_type == StepType.CHECK_IN_VERIFY and not (step.extra_fields or {}).get(CHECKED_IN)


def approvers_of(step: Step) -> set[str]:
    """The primary keys, as text, of the people who have approved what this step asks, as the audit trail keeps them.

    The history counts, not the rows of the package: those forget whose account was deleted. What a substitute has
    approved counts for the person.
    """
    rows = Step.objects.filter(flow_id=step.flow_id, step_number=step.step_number)
    approved = WorkflowEvent.objects.filter(attachment__approval_flow=step.flow_id, kind=EventKind.APPROVED)
    lines = approved.filter(step_id__in=rows.values("pk")).order_by().values_list("actor_id", "details")
    return {details.get(SUBSTITUTE_FOR, actor_id) for actor_id, details in lines}


def deeds_of(attachments: Collection[WorkflowAttachment]) -> dict[int, list[Deed]]:
    """What has been decided in the run of each of these attachments, by the attachment's id; one statement.

    What a substitute decides, the person has decided, too. Who passed a seat on has not decided. An account that is
    gone decides nothing any more, and is not among them.
    """
    found: dict[int, list[Deed]] = {attachment.pk: [] for attachment in attachments}
    by_flow = {attachment.approval_flow_id: attachment for attachment in attachments}
    rows = Step.objects.filter(flow_id__in=by_flow.keys() - {None}, status__in=DECIDED)
    for flow_id, place, *deciders in rows.values_list("flow_id", "extra_fields", "action_user_id", "assigned_to_id"):
        if place and place.get("run") == by_flow[flow_id].run_number and not place.get(REQUESTER):
            found[by_flow[flow_id].pk] += [deed_of(key, place) for key in {*deciders} - {None}]
    return found


def deed_of(user_id: Any, place: Mapping[str, Any] | None) -> Deed:
    """The user's decision on a step with this place, as the step's `extra_fields` keep it."""
    kept = place or {}
    return Deed(user_id=user_id, pipeline_id=kept.get("pipeline"), stage_id=kept.get("stage"))


def form_data_of(attachment: WorkflowAttachment) -> dict[str, Any]:
    """What was filled in in the attachment's run, by key; the last one to fill a key in counts. One statement."""
    rows = Step.objects.filter(flow_id=attachment.approval_flow_id, status=ApprovalStatus.APPROVED)
    rows = rows.filter(step_number__gte=attachment.first_step_number, form_data__isnull=False)
    filled_in: dict[str, Any] = {}
    for data in rows.order_by("updated_at", "pk").values_list("form_data", flat=True):
        filled_in |= data if isinstance(data, dict) else {}
    return filled_in


def holders_beside(wanted: Collection[Step]) -> dict[Any, set[str]]:
    """Who has, had, or will have another seat of what each of these steps asks, by the step's key; one statement.

    They are primary keys as text. Those whom this very seat came from are not among them: it may be given back.
    """
    numbers = {step.step_number for step in wanted}
    rows = Step.objects.filter(flow_id__in={step.flow_id for step in wanted}, step_number__in=numbers).order_by()
    held: dict[Any, set[str]] = defaultdict(set)
    for flow_id, number, user_id in rows.values_list("flow_id", "step_number", "assigned_to_id"):
        held[flow_id, number].add(str(user_id))
    return {
        step.pk: (held[step.flow_id, step.step_number] | {*completion.afterwards(step)}) - came_from(step)
        for step in wanted
    }
