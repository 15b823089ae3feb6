"""The only door to the approval package: its rows are read and written here and nowhere else.

The package keeps the steps, but it has no transaction and no lock, and it deletes rows. So every function
that writes expects the caller to hold the attachment and the flow, and seats are closed here before the
package gets to delete them: a step id once shown never disappears.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from approval_workflow.choices import ApprovalStatus
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from approval_workflow.services import advance_flow
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.choices import ErrorCode, StepType
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key

Step: TypeAlias = ApprovalInstance
OPEN: Final = (ApprovalStatus.CURRENT, ApprovalStatus.PENDING)

_deciding_on: ContextVar[int | None] = ContextVar("deciding_on", default=None)


class FlowBusy(WorkflowError):
    """The object has open approvals that no workflow of this engine asked for."""

    code = ErrorCode.CONFLICT


def engine_decides(step: Step) -> bool:
    """Whether the package is deciding this step for one of the engine's own verbs, which follow up themselves."""
    return _deciding_on.get() == step.pk


@contextmanager
def _deciding(step: Step) -> Iterator[None]:
    token = _deciding_on.set(step.pk)
    try:
        yield
    finally:
        _deciding_on.reset(token)


def claim_flow(attachment: WorkflowAttachment) -> int:
    """Lock the object's flow, made if it has none, and return the number that its next step takes.

    An object has one flow for all its runs. Sets `attachment.approval_flow_id`, which the caller saves. Raises
    FlowBusy when steps of somebody else are open in it.
    """
    key = {"content_type_id": attachment.content_type_id, "object_id": attachment.object_id}
    ApprovalFlow.objects.bulk_create([ApprovalFlow(**key)], ignore_conflicts=True)
    flow = ApprovalFlow.objects.select_for_update().get(**key)
    attachment.approval_flow_id = flow.pk
    state = ApprovalInstance.objects.filter(flow=flow).aggregate(
        last=Max("step_number"), open=Count("pk", filter=Q(status__in=OPEN))
    )
    if state["open"]:
        raise FlowBusy(_("The object has open approvals outside of this workflow."), path=("target",))
    return (state["last"] or 0) + 1


def next_number(attachment: WorkflowAttachment) -> int:
    """The number that the next step of the object would take."""
    steps = ApprovalInstance.objects.filter(flow=attachment.approval_flow_id)
    return (steps.aggregate(last=Max("step_number"))["last"] or 0) + 1


def lock_flow(attachment: WorkflowAttachment) -> None:
    """Lock the flow of a running attachment."""
    ApprovalFlow.objects.select_for_update().get(pk=attachment.approval_flow_id)


def find_step(step_id: Any) -> Step | None:
    """The step of a workflow with its flow, its people and its attachment, without a lock; None if there is none."""
    key = to_primary_key(ApprovalInstance, step_id)
    if key is None:
        return None
    return _with_people().filter(pk=key, flow__workflow_attachment__isnull=False).first()


def open_steps(attachment: WorkflowAttachment) -> list[Step]:
    """The steps of the attachment that wait for a decision now, by id."""
    rows = _with_people().filter(flow_id=attachment.approval_flow_id, status=ApprovalStatus.CURRENT)
    return list(rows.order_by("pk"))


def _with_people() -> QuerySet[Step]:
    return ApprovalInstance.objects.select_related("flow__workflow_attachment", "assigned_to", "action_user")


def open_approval(attachment: WorkflowAttachment, assignment: Assignment, *, number: int, index: int) -> list[Step]:
    """Ask the people of one approval: a row for each seat, in one statement.

    The row keeps the run, the position and, as `index`, the approval's place in the list of its position.
    """
    place = {
        "run": attachment.run_number,
        "pipeline": attachment.current_pipeline_id,
        "stage": attachment.current_stage_id,
        "approval": index,
    }
    configuration = assignment.configuration
    rows = [
        ApprovalInstance(
            flow_id=attachment.approval_flow_id,
            step_number=number,
            assigned_to_id=user_id,
            status=ApprovalStatus.CURRENT,
            approval_type=configuration.step_type,
            form_content_type=_form_content_type(),
            form_object_id=None if configuration.required_form is None else str(configuration.required_form),
            assigned_role_content_type=_role_content_type() if assignment.role_id else None,
            assigned_role_object_id=assignment.role_id,
            role_selection_strategy=configuration.role_selection_strategy,
            quorum_count=assignment.required,
            quorum_total=len(assignment.user_ids) if assignment.required else None,
            percentage_required=configuration.percentage_required,
            hierarchy_levels=configuration.hierarchy_levels,
            extra_fields=place,
        )
        for user_id in assignment.user_ids
    ]
    return ApprovalInstance.objects.bulk_create(rows)


def belongs_to_run(step: Step, attachment: WorkflowAttachment) -> bool:
    """Whether the engine asked for this step in the attachment's current run."""
    return (step.extra_fields or {}).get("run") == attachment.run_number


def approval_index(step: Step) -> int:
    """The place of the step's approval in the list of its position."""
    return int((step.extra_fields or {}).get("approval", 0))


def close_steps(steps: Sequence[Step], *, decided_by: Any) -> None:
    """Close seats that need no decision any more; the row stays and names who made it needless."""
    if steps:
        ApprovalInstance.objects.filter(pk__in=[step.pk for step in steps]).update(
            status=ApprovalStatus.CANCELLED, action_user=decided_by, updated_at=timezone.now()
        )


def approve(step: Step, *, actor: Any, comment: str, form_data: Any) -> bool:
    """Record the approval of one seat in the package; False when it only checked in, as CHECK_IN_VERIFY does first."""
    checks_in = needs_check_in(step)
    with _deciding(step):
        advance_flow(instance=step, action="approved", user=actor, comment=comment, form_data=form_data)
    return not checks_in


def needs_check_in(step: Step) -> bool:
    """Whether the next act on the step is the check-in of CHECK_IN_VERIFY."""
    return step.approval_type == StepType.CHECK_IN_VERIFY and not (step.extra_fields or {}).get("checked_in")


def approvals_of(step: Step) -> int:
    """How many people have approved what this step asks; nobody counts twice."""
    approved = ApprovalInstance.objects.filter(
        flow_id=step.flow_id, step_number=step.step_number, status=ApprovalStatus.APPROVED
    )
    return approved.aggregate(people=Count("action_user", distinct=True))["people"]


def reject(step: Step, *, actor: Any, comment: str) -> None:
    """Record the rejection by one seat in the package."""
    with _deciding(step):
        advance_flow(instance=step, action="rejected", user=actor, comment=comment)


def send_back(step: Step, *, actor: Any, comment: str) -> None:
    """Record that one seat asked for resubmission.

    The package's own way leaves the other seats open and the new step pending for ever, so the row is written here.
    """
    _decide(step, ApprovalStatus.NEEDS_RESUBMISSION, actor, comment)


def pass_on(step: Step, *, actor: Any, receiver: Any, comment: str, status: ApprovalStatus) -> Step:
    """Give a seat to somebody else: the row says so, and a new one keeps the seat with its role and strategy.

    The package would drop both, so that one approval advanced the whole step. `status` is DELEGATED or ESCALATED.
    """
    _decide(step, status, actor, comment)
    link = {
        "from_user": str(actor.pk),
        "from_name": actor.get_username(),
        "to_user": str(receiver.pk),
        "kind": status.value,
        "at": timezone.now().isoformat(),
        "reason": comment,
    }
    seat = _copy(step)
    seat.assigned_to, seat.status = receiver, ApprovalStatus.CURRENT
    seat.delegation_chain = [*(step.delegation_chain or ()), link]
    seat.escalation_level = step.escalation_level + (status == ApprovalStatus.ESCALATED)
    (created,) = ApprovalInstance.objects.bulk_create([seat])
    created.flow = step.flow
    return created


def seat_holders(step: Step) -> set[Any]:
    """Everybody who has, or had, a seat of what this step asks."""
    seats_ = ApprovalInstance.objects.filter(flow_id=step.flow_id, step_number=step.step_number)
    return set(seats_.values_list("assigned_to_id", flat=True))


def _decide(step: Step, status: ApprovalStatus, actor: Any, comment: str) -> None:
    step.status, step.action_user, step.comment = status, actor, comment
    step.updated_at = timezone.now()
    ApprovalInstance.objects.filter(pk=step.pk).update(
        status=status, action_user=actor, comment=comment, updated_at=step.updated_at
    )


def _copy(step: Step) -> Step:
    """An unsaved seat like this one, undecided."""
    left_out = {"id", "assigned_to", "action_user", "status", "comment", "form_data", "started_at", "updated_at"}
    names = [field.attname for field in ApprovalInstance._meta.concrete_fields if field.name not in left_out]
    return ApprovalInstance(**{name: getattr(step, name) for name in names})


def _role_content_type() -> ContentType | None:
    model = conf.role_model()
    return ContentType.objects.get_for_model(model) if model else None


def _form_content_type() -> ContentType | None:
    """Set beforehand, it spares the package a look-up at every save."""
    model = conf.form_model()
    return ContentType.objects.get_for_model(model) if model else None


@dataclass(frozen=True, kw_only=True)
class FlowCount:
    """How many flows, and how many steps in them."""

    flows: int
    steps: int


def count_flows(attachments: QuerySet[WorkflowAttachment]) -> FlowCount:
    """What `delete_flows` would delete with these attachments."""
    flows = _finished(ApprovalFlow.objects.filter(workflow_attachment__in=attachments.order_by().values("pk")))
    return FlowCount(flows=flows.count(), steps=ApprovalInstance.objects.filter(flow__in=flows).count())


def lock_flows(flow_ids: Collection[int]) -> None:
    """Lock several flows, by id; the caller holds their attachments."""
    list(ApprovalFlow.objects.select_for_update().filter(pk__in=flow_ids).order_by("pk").values_list("pk"))


def delete_flows(flow_ids: Collection[int]) -> FlowCount:
    """Delete the flows of runs that have ended, with their steps and what the package's cache keeps of them.

    A flow with an open step stays: somebody beside the engine uses it. The caller holds the flows.
    """
    rows = list(
        _finished(ApprovalFlow.objects.filter(pk__in=flow_ids)).values_list("pk", "content_type_id", "object_id")
    )
    found = [pk for pk, _content_type_id, _object_id in rows]
    steps = ApprovalInstance.objects.filter(flow__in=found)
    counted = FlowCount(flows=len(found), steps=steps.count())
    steps.delete()
    ApprovalFlow.objects.filter(pk__in=found).delete()
    cached = [f"approval_flow_{content_type_id}_{object_id}" for _pk, content_type_id, object_id in rows]
    transaction.on_commit(lambda: cache.delete_many(cached), robust=True)
    return counted


def _finished(flows: QuerySet[ApprovalFlow]) -> QuerySet[ApprovalFlow]:
    open_steps_ = ApprovalInstance.objects.filter(flow=OuterRef("pk"), status__in=OPEN)
    return flows.filter(~Exists(open_steps_))
