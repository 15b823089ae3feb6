"""Ready-made actions that send an e-mail about an event. Each runs only where a configured action names it.

They take these parameters, all optional: `recipients` and `cc` (as `resolve_recipients` takes them), `template` (the
name of the mail's templates), `subject`; every other parameter goes into the mail's context as it is. They return
whether at least one e-mail was sent, so a mail to nobody is a failed action. With WORKFLOW_DISABLE_EMAILS they send
nothing and have nothing to fail at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_workflow_engine import conf
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.objects import text_of
from django_workflow_engine.notifications import send_bulk_workflow_emails
from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.registry import workflow_action

_OWN: Final = frozenset({"recipients", "cc", "template", "subject"})


@dataclass(frozen=True, kw_only=True)
class _Mail:
    """What one mail is by default: its templates, its subject, and whom it goes to."""

    template: str
    subject: str
    recipients: Sequence[str]


@workflow_action(
    label=gettext_lazy("Mail about an approval"),
    description=gettext_lazy("Tell the object's creator about an approval."),
)
def send_approval_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell the object's creator about an approval."""
    mail = _Mail(template="workflow_approved", subject=_("Approved: %s"), recipients=["creator"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about a rejection"),
    description=gettext_lazy("Tell the object's creator about a rejection and its reason."),
)
def send_rejection_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell the object's creator about a rejection and its reason."""
    mail = _Mail(template="workflow_rejected", subject=_("Rejected: %s"), recipients=["creator"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about requested changes"),
    description=gettext_lazy("Tell the object's creator that changes are asked for."),
)
def send_resubmission_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell the object's creator that changes are asked for."""
    mail = _Mail(template="workflow_resubmission", subject=_("Changes needed: %s"), recipients=["creator"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about a delegation"),
    description=gettext_lazy("Tell the delegate about the step that was passed on."),
)
def send_delegation_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell the delegate about the step that was passed on."""
    mail = _Mail(template="workflow_delegated", subject=_("Passed on to you: %s"), recipients=["delegated_to"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about a new stage"),
    description=gettext_lazy("Tell those who are asked next that a stage was entered."),
)
def send_stage_move_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell those who are asked next that a stage was entered."""
    mail = _Mail(template="workflow_stage_moved", subject=_("Waiting for you: %s"), recipients=["current_approvers"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about a new pipeline"),
    description=gettext_lazy("Tell those who are asked next that a pipeline was entered."),
)
def send_pipeline_move_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell those who are asked next that a pipeline was entered."""
    mail = _Mail(template="workflow_pipeline_moved", subject=_("Waiting for you: %s"), recipients=["current_approvers"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about the start"),
    description=gettext_lazy("Tell those who are asked first that a workflow has started."),
)
def send_workflow_start_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell those who are asked first that a workflow has started."""
    mail = _Mail(template="workflow_started", subject=_("Waiting for you: %s"), recipients=["current_approvers"])
    return _send(mail, workflow_attachment, action_parameters, context)


@workflow_action(
    label=gettext_lazy("Mail about the completion"),
    description=gettext_lazy("Tell the object's creator that the workflow is complete."),
)
def send_workflow_complete_notification(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Tell the object's creator that the workflow is complete."""
    mail = _Mail(template="workflow_completed", subject=_("Completed: %s"), recipients=["creator"])
    return _send(mail, workflow_attachment, action_parameters, context)


def _send(mail: _Mail, attachment: WorkflowAttachment, parameters: Mapping[str, Any], context: dict[str, Any]) -> bool:
    if conf.emails_disabled():
        return True
    named = [*parameters.get("recipients", mail.recipients), *parameters.get("cc", ())]
    recipients = resolve_recipients(named, attachment, **context)
    result = send_bulk_workflow_emails(
        name=parameters.get("template", mail.template),
        recipients=sorted(recipients),
        context=_values(attachment, parameters, context),
        subject=parameters.get("subject") or mail.subject % _object_text(attachment),
    )
    return result["sent"] > 0


def _object_text(attachment: WorkflowAttachment) -> str:
    """The object in its own words; its model and key when it is gone."""
    return attachment.object_text if attachment.target is None else text_of(attachment.target)


def _values(attachment: WorkflowAttachment, parameters: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """What the mail's templates can show: the action's own parameters, the workflow, and the event."""
    own = {name: value for name, value in parameters.items() if name not in _OWN}
    place = {
        "workflow_name": attachment.workflow.name_en,
        "current_stage": attachment.current_stage and attachment.current_stage.name_en,
        "current_pipeline": attachment.current_pipeline and attachment.current_pipeline.name_en,
        "object": attachment.target,
    }
    return {**own, **place, **context}
