"""The only door to the approval package's services: every write to its rows is here, beside `flows` and `deletion`.

The package keeps the steps, but it has no transaction and no lock, and it deletes rows. So every function
that writes expects the caller to hold the attachment and the flow, and seats are closed here before the
package gets to delete them: a step id once shown never disappears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from approval_workflow.choices import ApprovalStatus
from approval_workflow.services import advance_flow
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from django_workflow_engine import conf, people
from django_workflow_engine.approvals import completion
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.approvals.steps import CHECKED_IN, needs_check_in
from django_workflow_engine.choices import RoleSelectionStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.inserting import insert_below
from django_workflow_engine.models.steps import Step

_deciding_on: ContextVar[int | None] = ContextVar("deciding_on", default=None)


def engine_decides(step: Step) -> bool:
    """Whether the package is deciding this step for one of the engine's own verbs, which follow up themselves."""
    decides: bool = _deciding_on.get() == step.pk
    return decides


@contextmanager
def _deciding(step: Step) -> Iterator[None]:
    token = _deciding_on.set(step.pk)
    try:
        yield
    finally:
        _deciding_on.reset(token)


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
    if assignment.sharing == RoleSelectionStrategy.HIERARCHY_CHAIN:
        asked, place[completion.AFTERWARDS] = asked[:1], [str(user_id) for user_id in asked[1:]]
    rows = [
        Step(
            flow_id=attachment.approval_flow_id,
            step_number=number,
            assigned_to_id=user_id,
            status=ApprovalStatus.CURRENT,
            approval_type=configuration.step_approval_type,
            form_content_type=_form_content_type(),
            form_object_id=None if configuration.required_form is None else str(configuration.required_form),
            assigned_role_content_type=_group_content_type(assignment),
            assigned_role_object_id=assignment.role_id,
            role_selection_strategy=assignment.sharing,
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


def close_steps(steps: Sequence[Step], *, decided_by: Any) -> None:
    """Close seats that need no decision any more; the row stays and names who made it needless."""
    if steps:
        Step.objects.filter(pk__in=[step.pk for step in steps]).update(
            status=ApprovalStatus.CANCELLED, action_user=decided_by, updated_at=timezone.now()
        )


def approve(step: Step, *, actor: Any, comment: str, form_data: Any) -> bool:
    """Record the approval of one seat in the package; False when it only checked in, as CHECK_IN_VERIFY does first."""
    checks_in = needs_check_in(step)
    with _deciding(step):
        advance_flow(instance=step, action="approved", user=actor, comment=comment, form_data=form_data)
    return not checks_in


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
    """What the row keeps of its place; whoever takes a seat over has not checked in."""
    return {name: value for name, value in (step.extra_fields or {}).items() if not name.startswith(CHECKED_IN)}


def _decide(step: Step, status: ApprovalStatus, actor: Any, comment: str) -> None:
    step.status, step.action_user, step.comment = status, actor, comment
    step.updated_at = timezone.now()
    Step.objects.filter(pk=step.pk).update(
        status=status, action_user=actor, comment=comment, updated_at=step.updated_at
    )


def _copy(step: Step) -> Step:
    """An unsaved seat like this one, undecided."""
    left_out = {"id", "assigned_to", "action_user", "status", "comment", "form_data", "started_at", "updated_at"}
    names = [field.attname for field in Step._meta.concrete_fields if field.name not in left_out]
    return Step(**{name: getattr(step, name) for name in names})


def _group_content_type(assignment: Assignment) -> ContentType | None:
    """What makes several seats of one approval possible: the package allows one open seat that is nobody's by a role.

    People who are asked together without a role have a role without a key.
    """
    if assignment.role_id is None and len(assignment.user_ids) == 1:
        return None
    return ContentType.objects.get_for_model(conf.role_model() or get_user_model())


def _form_content_type() -> ContentType | None:
    """Set beforehand, it spares the package a look-up at every save."""
    model = conf.form_model()
    return ContentType.objects.get_for_model(model) if model else None
