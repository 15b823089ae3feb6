"""What a process of the server does with mails: `python -m tests.operation.mailing SUBJECT`.

It approves a run whose template sends a mail about that, and prints what became of the approval and of the mail.
"""

from __future__ import annotations

import json
import sys

import django


def main(subject: str) -> None:
    """One run, and one approval."""
    from approval_workflow.models import ApprovalInstance  # noqa: PLC0415 - Django is set up only now

    from django_workflow_engine.models import (  # noqa: PLC0415
        ActionRun,
        WorkFlow,
        WorkflowAction,
        WorkflowAttachment,
        WorkflowEvent,
    )
    from django_workflow_engine.services import approve_step, attach_workflow_to_object  # noqa: PLC0415
    from gql_workflows.demo.models import PurchaseRequest  # noqa: PLC0415

    template = WorkFlow.objects.get(is_hidden=False)
    WorkflowAction.objects.update_or_create(
        workflow=template,
        action_type="after_approve",
        function_path="django_workflow_engine.action_handlers.send_approval_notification",
        defaults={"parameters": {"recipients": ["ann@example.com"], "subject": subject}},
    )
    taken = list(WorkflowAttachment.objects.values_list("object_id", flat=True))
    request = PurchaseRequest.objects.exclude(pk__in=taken).earliest("pk")
    attachment = attach_workflow_to_object(request, template, request.requester)
    step = ApprovalInstance.objects.filter(flow__workflow_attachment=attachment, status="current").earliest("pk")
    approve_step(step_id=step.pk, actor=step.assigned_to)
    run = ActionRun.objects.latest("pk")
    approved = WorkflowEvent.objects.filter(attachment=attachment, kind="approved").count()
    print(json.dumps({"approved": approved, "status": run.status, "error": run.last_error}))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
