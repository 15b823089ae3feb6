"""The only door to the approval package: its rows are read and written here and nowhere else.

The package keeps the steps, but it has no transaction and no lock, and it deletes rows. So every function
that writes expects the caller to hold the attachment and the flow, and seats are closed here before the
package gets to delete them: a step id once shown never disappears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias

from approval_workflow.choices import ApprovalStatus
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from approval_workflow.services import advance_flow
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key

Step: TypeAlias = ApprovalInstance
OPEN: Final = (ApprovalStatus.CURRENT, ApprovalStatus.PENDING)

_engine_decides: ContextVar[bool] = ContextVar("engine_decides", default=False)


class FlowBusy(WorkflowError):
    """The object has open approvals that no workflow of this engine asked for."""

    code = ErrorCode.CONFLICT


def engine_decides() -> bool:
    """Whether the package is being called by one of the engine's own verbs, which follow up themselves."""
    return _engine_decides.get()


@contextmanager
def _deciding() -> Iterator[None]:
    token = _engine_decides.set(True)
    try:
        yield
    finally:
        _engine_decides.reset(token)


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
        raise FlowBusy(_("The object has open approvals outside of this workflow."))
    return (state["last"] or 0) + 1


def lock_flow(attachment: WorkflowAttachment) -> None:
    """Lock the flow of a running attachment."""
    ApprovalFlow.objects.select_for_update().get(pk=attachment.approval_flow_id)


def find_step(step_id: Any) -> Step | None:
    """The step with its flow, its people and its attachment, without a lock; None if there is none."""
    key = to_primary_key(ApprovalInstance, step_id)
    return None if key is None else _with_people().filter(pk=key).first()


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
            form_content_type=_content_type(getattr(settings, "APPROVAL_DYNAMIC_FORM_MODEL", None)),
            assigned_role_content_type=_role_content_type() if assignment.role_id else None,
            assigned_role_object_id=assignment.role_id,
            role_selection_strategy=configuration.role_selection_strategy,
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


def approve(step: Step, *, actor: Any, comment: str) -> None:
    """Record the approval of one seat in the package."""
    with _deciding():
        advance_flow(instance=step, action="approved", user=actor, comment=comment)


def reject(step: Step, *, actor: Any, comment: str) -> None:
    """Record the rejection by one seat in the package."""
    with _deciding():
        advance_flow(instance=step, action="rejected", user=actor, comment=comment)


def _role_content_type() -> ContentType | None:
    model = conf.role_model()
    return ContentType.objects.get_for_model(model) if model else None


def _content_type(label: str | None) -> ContentType | None:
    """The content type of a model label; set beforehand, it spares the package a look-up at every save."""
    return ContentType.objects.get_for_model(apps.get_model(label)) if label else None
