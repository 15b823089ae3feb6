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
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import conf, people
from django_workflow_engine.approvals import completion
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.choices import CheckInState, ErrorCode, EventKind, RoleSelectionStrategy, StepType
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.inserting import insert_below
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.transactions import on_commit

Step: TypeAlias = ApprovalInstance
OPEN: Final = (ApprovalStatus.CURRENT, ApprovalStatus.PENDING)
CHECKED_IN: Final = "checked_in"  # as the package keeps it among a row's extra fields, with who and when beside it

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
    flow = _locked_flow(key)
    former = getattr(flow, "workflow_attachment", None)
    if former is not None and former.pk != attachment.pk:
        _move_away(flow, former)
        flow = _locked_flow(key)
    attachment.approval_flow_id = flow.pk
    state = ApprovalInstance.objects.filter(flow=flow).aggregate(
        last=Max("step_number"), open=Count("pk", filter=Q(status__in=OPEN))
    )
    if state["open"]:
        raise FlowBusy(_("The object has open approvals outside of this workflow."), path=("target",))
    return (state["last"] or 0) + 1


def _locked_flow(key: dict[str, Any]) -> ApprovalFlow:
    ApprovalFlow.objects.bulk_create([ApprovalFlow(**key)], ignore_conflicts=True)
    found: ApprovalFlow = for_update(ApprovalFlow.objects.select_related("workflow_attachment")).get(**key)
    return found


def _move_away(flow: ApprovalFlow, former: WorkflowAttachment) -> None:
    """Give the key of a deleted object free: its flow stays with its attachment, under a key that no object has."""
    cached = f"approval_flow_{flow.content_type_id}_{flow.object_id}"
    ApprovalFlow.objects.filter(pk=flow.pk).update(object_id=f"deleted:{former.pk}")
    on_commit(lambda: cache.delete(cached))


def next_number(attachment: WorkflowAttachment) -> int:
    """The number that the next step of the object would take."""
    steps = ApprovalInstance.objects.filter(flow=attachment.approval_flow_id)
    return (steps.aggregate(last=Max("step_number"))["last"] or 0) + 1


def lock_flow(attachment: WorkflowAttachment) -> None:
    """Lock the flow of a running attachment."""
    for_update(ApprovalFlow.objects.all()).get(pk=attachment.approval_flow_id)


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

    The row keeps the run, the position and, as `index`, the approval's place in the list of its position. Of a chain
    only the first person is asked now; the row keeps who is asked after them.
    """
    place: dict[str, Any] = {
        "run": attachment.run_number,
        "pipeline": attachment.current_pipeline_id,
        "stage": attachment.current_stage_id,
        "approval": index,
    }
    configuration = assignment.configuration
    asked = assignment.user_ids
    if configuration.role_selection_strategy == RoleSelectionStrategy.HIERARCHY_CHAIN:
        asked, place[completion.AFTERWARDS] = asked[:1], [str(user_id) for user_id in asked[1:]]
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
        for user_id in asked
    ]
    return insert_below(rows, "flow_id")


def ask_next(step: Step, receiver: Any) -> Step:
    """Ask the next person of a chain, whose turn has come after this step."""
    seat = _copy(step)
    seat.assigned_to, seat.status, seat.delegation_chain = receiver, ApprovalStatus.CURRENT, None
    seat.extra_fields = _not_checked_in(step) | {completion.AFTERWARDS: completion.afterwards(step)[1:]}
    (created,) = insert_below([seat], "flow_id")
    return created


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

    The history counts, not the rows of the package: those forget whose account was deleted.
    """
    rows = ApprovalInstance.objects.filter(flow_id=step.flow_id, step_number=step.step_number)
    approved = WorkflowEvent.objects.filter(attachment__approval_flow=step.flow_id, kind=EventKind.APPROVED)
    return set(approved.filter(step_id__in=rows.values("pk")).order_by().values_list("actor_id", flat=True))


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
        "from_name": people.username(actor),
        "to_user": str(receiver.pk),
        "kind": status.value,
        "at": timezone.now().isoformat(),
        "reason": comment,
    }
    seat = _copy(step)
    seat.assigned_to, seat.status = receiver, ApprovalStatus.CURRENT
    seat.extra_fields = _not_checked_in(step)
    seat.delegation_chain = [*(step.delegation_chain or ()), link]
    seat.escalation_level = step.escalation_level + (status == ApprovalStatus.ESCALATED)
    (created,) = insert_below([seat], "flow_id")
    created.flow = step.flow
    return created


def _not_checked_in(step: Step) -> dict[str, Any]:
    """What the row keeps of its place; whoever takes a seat over has not checked in."""
    return {name: value for name, value in (step.extra_fields or {}).items() if not name.startswith(CHECKED_IN)}


def seat_holders(step: Step) -> set[str]:
    """Everybody who has, had, or will have a seat of what this step asks, by primary key as text."""
    rows = ApprovalInstance.objects.filter(flow_id=step.flow_id, step_number=step.step_number)
    return {str(key) for key in rows.values_list("assigned_to_id", flat=True)} | set(completion.afterwards(step))


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


def keep_seat(step: Step, passed: Step) -> None:
    """Give a row that the package made of this step, when it was passed on, the seat that it dropped."""
    link = {"from_user": str(step.assigned_to_id), "to_user": str(passed.assigned_to_id), "kind": step.status}
    link["from_name"] = people.username(step.assigned_to) if step.assigned_to else ""
    link |= {"at": timezone.now().isoformat(), "reason": step.comment}
    names = ("assigned_role_content_type_id", "assigned_role_object_id", "role_selection_strategy", "form_object_id")
    for name in names:
        setattr(passed, name, getattr(step, name))
    passed.extra_fields = _not_checked_in(step)
    passed.delegation_chain = [*(step.delegation_chain or ()), link]
    kept = {name: getattr(passed, name) for name in (*names, "extra_fields", "delegation_chain")}
    ApprovalInstance.objects.filter(pk=passed.pk).update(**kept)


def count_flows(attachments: QuerySet[WorkflowAttachment]) -> FlowCount:
    """What `delete_flows` would delete with these attachments."""
    flows = _finished(ApprovalFlow.objects.filter(workflow_attachment__in=attachments.order_by().values("pk")))
    return FlowCount(flows=flows.count(), steps=ApprovalInstance.objects.filter(flow__in=flows).count())


def lock_flows(flow_ids: Collection[int]) -> None:
    """Lock several flows, by id; the caller holds their attachments."""
    list(for_update(ApprovalFlow.objects.filter(pk__in=flow_ids)).order_by("pk").values_list("pk"))


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
    on_commit(lambda: cache.delete_many(cached))
    return counted


def _finished(flows: QuerySet[ApprovalFlow]) -> QuerySet[ApprovalFlow]:
    open_steps_ = ApprovalInstance.objects.filter(flow=OuterRef("pk"), status__in=OPEN)
    return flows.filter(~Exists(open_steps_))
