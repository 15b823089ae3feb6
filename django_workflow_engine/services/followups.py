"""What follows when a project decides through the approval package itself instead of the engine's verbs.

The package calls back without a transaction or a lock around it; the follow-up takes both and re-reads, so the
workflow advances with the same events. Safety against races inside the package belongs to the verbs.
"""

from __future__ import annotations

from typing import Final

from approval_workflow.choices import ApprovalStatus
from django.db import transaction

from django_workflow_engine.approvals import gateway
from django_workflow_engine.approvals.gateway import Step
from django_workflow_engine.choices import AttachmentStatus, EventKind
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services.decisions import ends_with_one, note_approval, note_rejection
from django_workflow_engine.services.progression import Run, end_rejected, finish_approval

_DECISIONS: Final = (EventKind.APPROVED, EventKind.REJECTED)


def runs_a_workflow(step: Step) -> bool:
    """Whether the step was asked for by a run of this engine that has not ended."""
    running = WorkflowAttachment.objects.filter(approval_flow_id=step.flow_id, status=AttachmentStatus.IN_PROGRESS)
    attachment = running.first()
    return attachment is not None and gateway.belongs_to_run(step, attachment)


@transaction.atomic
def follow_decision(step: Step) -> None:
    """Record a decision that the package just stored, and close the seats that it made needless."""
    if step.status not in (ApprovalStatus.APPROVED, ApprovalStatus.REJECTED) or not runs_a_workflow(step):
        return
    run = _locked_run(step)
    if WorkflowEvent.objects.filter(attachment=run.attachment, step_id=step.pk, kind__in=_DECISIONS).exists():
        return  # the row was saved again, not decided again
    rejected = step.status == ApprovalStatus.REJECTED
    closed = gateway.open_steps(run.attachment) if rejected or ends_with_one(step) else []
    gateway.close_steps(closed, decided_by=step.action_user)
    if rejected:
        note_rejection(run, step, closed, reason=step.comment)
    else:
        note_approval(run, step, closed, comment=step.comment)
    run.save()


@transaction.atomic
def follow_completion(step: Step) -> None:
    """Go on after an approval that the package found complete."""
    run = _locked_run(step)
    finish_approval(run, step)
    run.save()


@transaction.atomic
def follow_rejection(step: Step) -> None:
    """End the run after a rejection."""
    run = _locked_run(step)
    end_rejected(run)
    run.save()


def _locked_run(step: Step) -> Run:
    attachment = WorkflowAttachment.objects.locked(approval_flow_id=step.flow_id)
    gateway.lock_flow(attachment)
    return Run(attachment=attachment, actor=step.action_user)
