"""The only door to the approval package's rows: every write to them is here, beside `flows` and `deletion`.

The package keeps the steps. Its services, which a project may call, have no transaction and no lock, count by rules of
their own and delete rows; so the engine's verbs write the rows themselves, and expect the caller to hold the attachment
and the flow: a step id once shown never disappears.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from django_workflow_engine import conf, people
from django_workflow_engine.approvals import claims, completion
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.approvals.deadlines import due_date
from django_workflow_engine.approvals.steps import CHECKED_IN, COUNT, FALLBACK, FIRST, REQUESTER, needs_check_in
from django_workflow_engine.choices import EventKind, RoleSelectionStrategy, StepType
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.inserting import insert_below
from django_workflow_engine.models.steps import Step

_deciding_on: ContextVar[int | None] = ContextVar("deciding_on", default=None)


def engine_decides(step: Step) -> bool:
    """Whether one of the engine's own verbs is writing this step, which follows up itself."""
    decides: bool = _deciding_on.get() == step.pk
    return decides


@dataclass(frozen=True, kw_only=True)
class Together:
    """Approvals that are asked all at once: the number of the first one's steps, and how many there are."""

    first: int
    count: int


def seats_of(
    attachment: WorkflowAttachment, assignment: Assignment, *, number: int, together: Together | None = None
) -> list[Step]:
    """The seats of the people that one approval asks: unsaved rows, for `open_seats`.

    The row keeps the run, the position and the approval's place in the list of its position. Of a chain only the first
    person is asked now; the row keeps who is asked after them. Of approvals that are asked all at once each has steps
    of its own number, and its rows keep `together`.
    """
    place: dict[str, Any] = {
        "run": attachment.run_number,
        "pipeline": attachment.current_pipeline_id,
        "stage": attachment.current_stage_id,
        "approval": assignment.configuration.index,
    }
    if together is not None:
        place |= {FIRST: together.first, COUNT: together.count}
    if assignment.because is not None:
        place[FALLBACK] = True
    configuration = assignment.configuration
    asked = assignment.user_ids
    if assignment.sharing == RoleSelectionStrategy.HIERARCHY_CHAIN:
        asked, place[completion.AFTERWARDS] = asked[:1], [str(user_id) for user_id in asked[1:]]
    shared: dict[str, Any] = {
        "flow_id": attachment.approval_flow_id,
        "step_number": number,
        "status": ApprovalStatus.CURRENT,
        "approval_type": configuration.step_approval_type,
        "due_date": due_date(configuration.deadline),
        "form_content_type_id": _form_content_type(),
        "form_object_id": None if configuration.required_form is None else str(configuration.required_form),
        "assigned_role_content_type_id": _group_content_type(assignment, alone=together is None),
        "assigned_role_object_id": assignment.role_id,
        "role_selection_strategy": assignment.sharing,
        "quorum_count": assignment.required,
        "quorum_total": len(assignment.user_ids) if assignment.required else None,
        "percentage_required": configuration.percentage_required,
        "hierarchy_levels": configuration.hierarchy_levels,
        "extra_fields": place,
    }
    return [Step(assigned_to_id=user_id, **shared) for user_id in asked]


def requester_seat(attachment: WorkflowAttachment, user_id: Any, *, number: int) -> Step:
    """The seat of whoever has to send a run again: an unsaved row, for `open_seats`."""
    place = {
        "run": attachment.run_number,
        "pipeline": attachment.current_pipeline_id,
        "stage": attachment.current_stage_id,
        REQUESTER: True,
    }
    return Step(
        assigned_to_id=user_id,
        flow_id=attachment.approval_flow_id,
        step_number=number,
        status=ApprovalStatus.CURRENT,
        approval_type=StepType.MOVE,
        extra_fields=place,
    )


def send_again(step: Step, *, actor: Any, comment: str) -> None:
    """Record that the requester has sent the run again."""
    _decide(step, ApprovalStatus.APPROVED, actor, comment)


def open_seats(seats: list[Step]) -> None:
    """Store these seats, in one statement for five hundred of them."""
    insert_below(seats, "flow_id")


def ask_next(step: Step, receiver: Any, *, deadline: Deadline | None) -> Step:
    """Ask the next person of a chain, whose turn has come after this step, and whose own time begins."""
    seat = _copy(step)
    seat.due_date = due_date(deadline)
    seat.assigned_to, seat.status, seat.delegation_chain = receiver, ApprovalStatus.CURRENT, None
    seat.extra_fields = _not_checked_in(step) | {completion.AFTERWARDS: completion.afterwards(step)[1:]}
    (created,) = insert_below([seat], "flow_id")
    return created


def close_steps(steps: Sequence[Step], *, decided_by: Any) -> None:
    """Close seats that need no decision any more; the row stays and names who made it needless."""
    if steps:
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(
            status=ApprovalStatus.CANCELLED, action_user=decided_by, updated_at=timezone.now()
        )


def approve(step: Step, *, actor: Any, comment: str, form_data: Any) -> bool:
    """Record the approval of one seat; False when it only checked in, as CHECK_IN_VERIFY does first."""
    if needs_check_in(step):
        _check_in(step, actor)
        return False
    step.form_data = form_data or {}
    _decide(step, ApprovalStatus.APPROVED, actor, comment, "form_data")
    return True


def reject(step: Step, *, actor: Any, comment: str) -> None:
    """Record the rejection by one seat."""
    _decide(step, ApprovalStatus.REJECTED, actor, comment)


def send_back(step: Step, *, actor: Any, comment: str) -> None:
    """Record that one seat asked for resubmission."""
    _decide(step, ApprovalStatus.NEEDS_RESUBMISSION, actor, comment)


def pass_on(step: Step, *, actor: Any, receiver: Any, comment: str, kind: EventKind) -> Step:
    """Give a seat to somebody else: the row says so, and a new one keeps the seat with its role and strategy.

    The package would drop both, so that one approval advanced the whole step. `kind` is DELEGATED, ESCALATED or
    REASSIGNED, which the package has no status for.
    """
    status = ApprovalStatus.ESCALATED if kind == EventKind.ESCALATED else ApprovalStatus.DELEGATED
    _decide(step, status, actor, comment)
    holder = step.assigned_to  # None where the account is gone
    link = {
        "from_user": "" if holder is None else str(holder.pk),
        "from_name": "" if holder is None else people.username(holder),
        "to_user": str(receiver.pk),
        "kind": kind.value,
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


def note_claim(steps: Sequence[Step], claim: claims.Claim | None) -> None:
    """Let the rows of these seats, all of one approval, say who has claimed it, or that nobody has; one statement."""
    if steps:
        Step.objects.bulk_update(claims.write(steps, claim), ["extra_fields"])


def note_reminder(steps: Sequence[Step]) -> None:
    """Let the rows of these seats say that their holders were reminded, in the package's own column; one statement."""
    Step.objects.filter(pk__in=[step.pk for step in steps]).update(reminder_sent=True)


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
    Step.objects.filter(pk=passed.pk).update(**kept)


def _not_checked_in(step: Step) -> dict[str, Any]:
    """What the row keeps of its place; whoever takes a seat over has not checked in, and has claimed nothing."""
    kept = claims.without_claim(step.extra_fields)
    return {name: value for name, value in kept.items() if not name.startswith(CHECKED_IN)}


def _decide(step: Step, status: ApprovalStatus, actor: Any, comment: str, *further: str) -> None:
    """Write what was decided, and further fields that the caller has set."""
    step.status, step.action_user, step.comment = status, actor, comment
    _store(step, "status", "action_user", "comment", *further)


def _check_in(step: Step, actor: Any) -> None:
    """Note who checked in and when, in the package's words."""
    noted = {
        CHECKED_IN: True,
        f"{CHECKED_IN}_by": people.username(actor),
        f"{CHECKED_IN}_at": timezone.now().isoformat(),
    }
    step.extra_fields = {**(step.extra_fields or {}), **noted}
    _store(step, "extra_fields")


def _store(step: Step, *names: str) -> None:
    """Write these fields, with Django's signals: the package's own `save` would read the row once more, to log it."""
    token = _deciding_on.set(step.pk)
    try:
        Model.save(step, update_fields=[*names, "updated_at"])
    finally:
        _deciding_on.reset(token)


def _copy(step: Step) -> Step:
    """An unsaved seat like this one, undecided."""
    left_out = {"id", "assigned_to", "action_user", "status", "comment", "form_data", "started_at", "updated_at"}
    names = [field.attname for field in Step._meta.concrete_fields if field.name not in left_out]
    return Step(**{name: getattr(step, name) for name in names})


def _group_content_type(assignment: Assignment, *, alone: bool) -> int | None:
    """What makes several open seats of a flow possible: the package allows one that is nobody's by a role.

    People who are asked together without a role have a role without a key; so has everybody who is not asked `alone`.
    """
    if assignment.role_id is None and len(assignment.user_ids) == 1 and alone:
        return None
    return ContentType.objects.get_for_model(conf.role_model() or get_user_model()).pk


def _form_content_type() -> int | None:
    """Set beforehand, it spares the package a look-up at every save."""
    model = conf.form_model()
    return ContentType.objects.get_for_model(model).pk if model else None
