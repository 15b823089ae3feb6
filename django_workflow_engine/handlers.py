"""The approval package's callbacks: each one only names the follow-up."""

from __future__ import annotations

from typing import Any

from approval_workflow.handlers import BaseApprovalHandler
from approval_workflow.models import ApprovalInstance
from django.db.models.signals import post_save
from django.dispatch import receiver

from django_workflow_engine.approvals import gateway
from django_workflow_engine.services import followups


class WorkflowApprovalHandler(BaseApprovalHandler):
    """Advances workflows when a project calls the package's `advance_flow` itself."""

    def on_final_approve(self, instance: ApprovalInstance) -> None:
        """Go on when the package finds an approval complete."""
        if not gateway.engine_decides():
            followups.follow_completion(instance)

    def on_reject(self, instance: ApprovalInstance) -> None:
        """End the run when the package stored a rejection."""
        if not gateway.engine_decides():
            followups.follow_rejection(instance)


def get_handler_for_instance(instance: ApprovalInstance) -> WorkflowApprovalHandler | None:
    """The handler for steps of this engine's workflows; None leaves the package to its own look-up."""
    if gateway.engine_decides() or followups.runs_a_workflow(instance):
        return WorkflowApprovalHandler()
    return None


@receiver(post_save, sender=ApprovalInstance, dispatch_uid="django_workflow_engine.step_saved")
def step_saved(sender: type[ApprovalInstance], instance: ApprovalInstance, created: bool, **kwargs: Any) -> None:
    """Record a decision before the package deletes the rows beside it."""
    if not created and not gateway.engine_decides():
        followups.follow_decision(instance)
