"""Which runs a user sees, with all that hangs on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.querysets import owned_by
from django_workflow_engine.models.steps import Step
from gql_workflows.access.targets import of_enabled_models
from gql_workflows.access.templates import TemplateAccess


class RunAccess(TemplateAccess):
    """Attachments: seen by whoever takes part; their versions, steps, events and action runs follow from them."""

    def attachments(self, user: Any) -> QuerySet[WorkflowAttachment]:
        """The attachments that the user started, decides or decided, or whose template the user's company owns."""
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())
        if self.administers(user, WorkflowAttachment):
            return enabled
        asked = Step.objects.filter(flow=OuterRef("approval_flow"), assigned_to=user)
        return enabled.filter(Q(started_by=user) | owned_by(self.companies(user)) | Exists(asked))

    def workflows(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees, and the frozen versions of the attachments that the user sees."""
        if self.administers(user, WorkFlow):
            return WorkFlow.objects.all()
        used = self.attachments(user).filter(workflow=OuterRef("pk"))
        return WorkFlow.objects.filter(Q(pk__in=self.templates(user).values("pk")) | Exists(used))

    def workflow(self, user: Any, key: Any) -> WorkFlow | None:
        """The workflow with this primary key among those of `workflows`."""
        template = self.templates(user).filter(pk=key).first() if self._keeps("workflows") else None  # costs little
        return template or self.workflows(user).filter(pk=key).first()

    def steps(self, user: Any) -> QuerySet[Step]:
        """The steps of the attachments that the user sees."""
        seen = self.attachments(user).values("approval_flow")
        steps: QuerySet[Step] = Step.objects.filter(flow__in=seen)
        return steps

    def asked(self, user: Any) -> QuerySet[Step]:
        """The steps, among those of `steps`, that the user was or is asked to decide."""
        if not self._keeps("steps", "attachments"):
            return self.steps(user).filter(assigned_to=user)
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())  # whoever is asked sees the attachment
        asked: QuerySet[Step] = Step.objects.filter(assigned_to=user, flow__workflow_attachment__in=enabled)
        return asked

    def events(self, user: Any) -> QuerySet[WorkflowEvent]:
        """The audit trail of the attachments that the user sees."""
        return WorkflowEvent.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def action_runs(self, user: Any) -> QuerySet[ActionRun]:
        """The calls of actions: all of the attachments that the user sees, for staff with the view permission."""
        if not self.administers(user, ActionRun):
            return ActionRun.objects.none()
        return ActionRun.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def _keeps(self, *names: str) -> bool:
        """Whether the project left these methods as they are here, so that what they show is known."""
        return all(getattr(type(self), name) is getattr(RunAccess, name) for name in names)
