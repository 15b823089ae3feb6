"""The engine's own mails: sent only where an action names them."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import override_settings

from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.actions.firing import attach, event, template
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db

OWN = "django_workflow_engine.action_handlers"
MAILS = [
    ("send_approval_notification", ActionType.AFTER_APPROVE, "Approved: Lamp", "carol@example.com"),
    ("send_rejection_notification", ActionType.AFTER_REJECT, "Rejected: Lamp", "carol@example.com"),
    ("send_resubmission_notification", ActionType.AFTER_RESUBMISSION, "Changes needed: Lamp", "carol@example.com"),
    ("send_delegation_notification", ActionType.AFTER_DELEGATE, "Passed on to you: Lamp", "dora@example.com"),
    ("send_stage_move_notification", ActionType.AFTER_MOVE_STAGE, "Waiting for you: Lamp", "boss@example.com"),
    ("send_pipeline_move_notification", ActionType.AFTER_MOVE_PIPELINE, "Waiting for you: Lamp", "boss@example.com"),
    ("send_workflow_start_notification", ActionType.ON_WORKFLOW_START, "Waiting for you: Lamp", "boss@example.com"),
    ("send_workflow_complete_notification", ActionType.ON_WORKFLOW_COMPLETE, "Completed: Lamp", "carol@example.com"),
]


def with_action(function: str, action_type: str, **parameters):
    """A lamp of Carol's that the boss is asked to approve, whose workflow has this action."""
    boss, carol = (UserFactory(username=name, email=f"{name}@example.com") for name in ("boss", "carol"))
    workflow = template_for(3, [[by_user(boss)]])
    WorkflowAction.objects.create(
        workflow=workflow, action_type=action_type, function_path=f"{OWN}.{function}", parameters=parameters
    )
    return attach_workflow_to_object(DocumentFactory(title="Lamp", created_by=carol), workflow, user=carol)


def test_a_mail_about_an_object_that_cannot_be_named_is_sent(monkeypatch, fire):
    def fails(self):
        raise ValueError("no")

    attachment = with_action("send_workflow_complete_notification", ActionType.ON_WORKFLOW_COMPLETE)
    monkeypatch.setattr(Document, "__str__", fails)
    fire(attachment, event(attachment, ActionType.ON_WORKFLOW_COMPLETE))
    (sent,) = mail.outbox
    named = f"Document {attachment.object_id}"
    assert sent.subject == f"Completed: {named}"
    assert f"Object: {named}" in sent.body


@pytest.mark.parametrize(("function", "action_type", "subject", "recipient"), MAILS)
def test_each_event_has_a_mail(function, action_type, subject, recipient, fire):
    attachment = with_action(function, action_type)
    delegate = UserFactory(email="dora@example.com")
    (run,) = fire(attachment, event(attachment, action_type, user=None, delegated_to=delegate, reason="Too dear"))
    assert (run.status, run.returned) == ("succeeded", True)
    (message,) = mail.outbox
    assert (message.subject, message.to) == (subject, [recipient])
    assert "Workflow name: Purchase approval (Copy)" in message.body
    assert "Reason: Too dear" in message.body


def test_the_parameters_say_what_is_sent_to_whom(fire):
    attachment = with_action(
        "send_rejection_notification",
        "after_reject",
        recipients=["current_approver"],
        cc=["records@example.com"],
        subject="No",
        phone="123",
    )
    fire(attachment, event(attachment, "after_reject"))
    assert sorted(message.to[0] for message in mail.outbox) == ["boss@example.com", "records@example.com"]
    assert {message.subject for message in mail.outbox} == {"No"}
    assert "Phone: 123" in mail.outbox[0].body


def test_a_mail_to_nobody_is_a_failed_action(fire):
    attachment = with_action("send_delegation_notification", "after_delegate")
    (run,) = fire(attachment, event(attachment, "after_delegate"))
    assert (run.status, run.last_error) == ("failed", "The function returned False.")


def broken_post(**_mail: object) -> None:
    raise ConnectionRefusedError(111, "Connection refused")


def test_a_mail_that_could_not_be_sent_says_why_once_for_all_recipients(fire):
    attachment = with_action(
        "send_rejection_notification", "after_reject", recipients=["boss@example.com"], cc=["a@example.com"]
    )
    with override_settings(WORKFLOW_SEND_EMAIL_FUNCTION=f"{__name__}.broken_post"):
        (run,) = fire(attachment, event(attachment, "after_reject"))
    said = "The function returned False. ConnectionRefusedError: [Errno 111] Connection refused"
    assert (run.status, run.last_error, mail.outbox) == ("failed", said, [])


@pytest.mark.parametrize(("function", "action_type", "subject", "recipient"), MAILS)
def test_mails_that_are_switched_off_are_not_sent_and_no_failure(function, action_type, subject, recipient, fire):
    attachment = with_action(function, action_type)
    with override_settings(WORKFLOW_DISABLE_EMAILS=True):
        (run,) = fire(attachment, event(attachment, action_type, user=None))
    assert (run.status, run.last_error, mail.outbox) == ("succeeded", "", [])


def test_nothing_is_sent_unless_an_action_does_it(fire):
    attachment = attach(template())
    fire(attachment, *(event(attachment, action_type) for action_type in ActionType))
    assert mail.outbox == []
