"""Reading a run in tests: who is asked now, what happened, where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approval_workflow.choices import ApprovalStatus
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User
from django.db.models import Model

from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import Decision, approve_step, get_workflow_attachment


def steps_of(obj: Model) -> list[ApprovalInstance]:
    """Every step that the object ever had, in order."""
    return list(ApprovalInstance.objects.filter(flow__object_id=str(obj.pk)).order_by("step_number", "pk"))


def open_steps(obj: Model) -> list[ApprovalInstance]:
    """The steps that wait for a decision, by id."""
    return [step for step in steps_of(obj) if step.status == ApprovalStatus.CURRENT]


def asked(obj: Model) -> list[User | None]:
    """Who is asked now."""
    return [step.assigned_to for step in open_steps(obj)]


def seat(obj: Model, user: User) -> ApprovalInstance:
    """The one step that waits for this user."""
    (step,) = [step for step in open_steps(obj) if step.assigned_to == user]
    return step


def approve(obj: Model, user: User, comment: str = "") -> Decision:
    """Approve as this user."""
    return approve_step(step_id=seat(obj, user).pk, actor=user, comment=comment)


def attachment_of(obj: Model) -> WorkflowAttachment:
    """The object's attachment as it is stored now."""
    attachment = get_workflow_attachment(obj)
    assert attachment is not None
    return attachment


def place(obj: Model) -> tuple[str | None, str | None]:
    """The names of the pipeline and the stage that the object stands on."""
    attachment = attachment_of(obj)
    pipeline, stage = attachment.current_pipeline, attachment.current_stage
    return pipeline and pipeline.name_en, stage and stage.name_en


def progress(obj: Model) -> tuple[int, int, int, str | None]:
    """Percentage, place, total, and the name of the next position."""
    now = attachment_of(obj).progress()
    return now.percentage, now.place, now.total, now.next and now.next.name


def history(obj: Model, *fields: str) -> Sequence[Any]:
    """The audit trail in order: the kinds alone, or tuples of the kind and these fields."""
    events = WorkflowEvent.objects.filter(attachment=attachment_of(obj)).order_by("pk")
    return list(events.values_list("kind", *fields) if fields else events.values_list("kind", flat=True))
