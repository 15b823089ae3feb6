"""The action handlers of the examples."""

from __future__ import annotations

from django.core.mail import send_mail

from django_workflow_engine.notifications import send_bulk_workflow_emails
from django_workflow_engine.recipient_resolver import resolve_recipients

HERE = __name__
calls: list[tuple[str, object]] = []


def send_approval_notification(context, parameters=None):
    """Tell about an approved stage."""
    attachment = context["attachment"]
    user = context.get("user")
    send_mail(
        subject=f"Stage '{attachment.current_stage.name_en}' Approved",
        message=f"Approved by {user.get_full_name()}",
        from_email="noreply@company.com",
        recipient_list=parameters.get("recipients", []),
    )
    return {"email_sent": True}


def send_approval_email(workflow_attachment, action_parameters, **context):
    obj = workflow_attachment.target
    send_mail(
        subject="Workflow Approved",
        message=f"Your {obj} has been approved!",
        from_email="noreply@example.com",
        recipient_list=[obj.created_by.email],
    )
    return True


def send_rejection_email(workflow_attachment, action_parameters, **context):
    obj = workflow_attachment.target
    reason = context.get("reason", "No reason provided")
    send_mail(
        subject="Workflow Rejected",
        message=f"Your {obj} was rejected. Reason: {reason}",
        from_email="noreply@example.com",
        recipient_list=[obj.created_by.email],
    )
    return True


def send_custom_approval(workflow_attachment, action_parameters, **context):
    addresses = resolve_recipients(
        recipient_types=action_parameters.get("recipients", ["creator"]),
        workflow_attachment=workflow_attachment,
        **context,
    )
    if not addresses:
        return False
    stage = workflow_attachment.current_stage
    email_context = {
        "workflow_name": workflow_attachment.workflow.name_en,
        "current_stage": stage.name_en if stage else "N/A",
        "user": context.get("user"),
    }
    result = send_bulk_workflow_emails(
        name=action_parameters.get("template", "default_template"),
        recipients=list(addresses),
        context=email_context,
        deduplicate=False,
    )
    return result["sent"] > 0


def note_recipients(workflow_attachment, action_parameters, **context):
    found = resolve_recipients(action_parameters["recipients"], workflow_attachment, **context)
    calls.append(("recipients", sorted(found)))


def note_status(workflow_attachment, action_parameters, **context):
    calls.append(("status", action_parameters["status"]))


def send_email(name, email, subject, context, user=None):
    """A project's own way to send one e-mail."""
    calls.append((email, (name, subject, context["workflow_name"])))
    return True
