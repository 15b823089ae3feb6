"""Actions that a project writes, configured in the database and in the settings."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.checks import run_checks

from django_workflow_engine.choices import ActionType
from django_workflow_engine.models import ActionRun, Stage, WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object, reject_step
from tests.factories import DocumentFactory, by_user, template_for
from tests.reference import handlers
from tests.runs import approve, seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registered")]


@pytest.fixture
def workflow(manager):
    return template_for(1, [[by_user(manager)]])


@pytest.fixture
def started(workflow, user, django_capture_on_commit_callbacks):
    """Start a run on a new document of the user's; what waits for the commit happens."""

    def start():
        document = DocumentFactory(title="Report", created_by=user)
        with django_capture_on_commit_callbacks(execute=True):
            attach_workflow_to_object(document, workflow, user=user)
        return document

    return start


@pytest.fixture
def approved(started, manager, django_capture_on_commit_callbacks):
    """Run a new document to its end."""

    def run():
        document = started()
        with django_capture_on_commit_callbacks(execute=True):
            approve(document, manager)
        return document

    return run


def letters() -> list[tuple[str, str, str, list[str]]]:
    return [(letter.subject, letter.body, letter.from_email, letter.to) for letter in mail.outbox]


def configured(action_type: str, name: str, order: int = 1, **parameters):
    """An entry of WORKFLOW_ACTIONS_CONFIG."""
    path = f"{handlers.HERE}.{name}"
    return {"action_type": action_type, "function_path": path, "order": order, "parameters": parameters}


def test_the_quick_example_mails_about_the_stage_that_was_approved(workflow, approved):
    WorkflowAction.objects.create(
        stage=Stage.objects.get(pipeline__workflow=workflow),
        action_type=ActionType.AFTER_APPROVE,
        function_path=f"{handlers.HERE}.send_approval_notification",
        parameters={"recipients": ["manager@company.com"]},
        order=1,
        is_active=True,
    )
    approved()
    assert letters() == [
        ("Stage 'Stage 1' Approved", "Approved by Mara Nager", "noreply@company.com", ["manager@company.com"])
    ]
    assert ActionRun.objects.get().returned == {"email_sent": True}


def test_the_mail_handlers_run_for_a_workflow_and_for_the_project(
    workflow, started, approved, manager, settings, django_capture_on_commit_callbacks
):
    WorkflowAction.objects.create(
        workflow=workflow,
        action_type=ActionType.AFTER_APPROVE,
        function_path=f"{handlers.HERE}.send_approval_email",
        is_active=True,
        order=1,
    )
    settings.WORKFLOW_ACTIONS_CONFIG = [
        configured("after_approve", "note_status", status="never"),
        configured("after_reject", "send_rejection_email"),
    ]
    assert run_checks() == []
    approved()
    document = started()
    with django_capture_on_commit_callbacks(execute=True):
        reject_step(step_id=seat(document, manager).pk, actor=manager, reason="Too dear")
    sender, receiver = "noreply@example.com", ["user@example.com"]
    assert letters() == [
        ("Workflow Approved", "Your Report has been approved!", sender, receiver),
        ("Workflow Rejected", "Your Report was rejected. Reason: Too dear", sender, receiver),
    ]
    assert handlers.calls == []


def test_the_project_s_actions_run_in_their_order_and_know_who_is_asked(started, approved, settings):
    settings.WORKFLOW_ACTIONS_CONFIG = [
        configured("after_approve", "note_status", order=2, status="IN_PROGRESS"),
        configured("after_approve", "note_recipients", recipients=["creator", "next_approvers"]),
        configured("on_workflow_start", "note_recipients", recipients=["current_approvers"]),
    ]
    assert run_checks() == []
    approved()
    assert handlers.calls == [
        ("recipients", ["manager@example.com"]),
        ("recipients", ["user@example.com"]),
        ("status", "IN_PROGRESS"),
    ]


def test_a_handler_sends_through_the_project_s_own_function(workflow, approved, settings):
    settings.WORKFLOW_SEND_EMAIL_FUNCTION = f"{handlers.HERE}.send_email"
    WorkflowAction.objects.create(
        workflow=workflow,
        action_type=ActionType.AFTER_APPROVE,
        function_path=f"{handlers.HERE}.send_custom_approval",
        parameters={"template": "custom_approved", "recipients": ["creator", "boss@example.com"]},
    )
    approved()
    sent = ("custom_approved", "Custom approved", "Purchase approval (Copy)")
    assert sorted(handlers.calls) == [("boss@example.com", sent), ("user@example.com", sent)]
    assert mail.outbox == []
    assert ActionRun.objects.get().returned is True
