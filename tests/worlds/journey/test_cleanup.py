"""Ended runs go, with their history; running ones stay."""

from __future__ import annotations

from django.core.management import call_command

from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of
from tests.worlds.journey.test_running import by, decide, template


def test_ended_runs_go(office: Office) -> None:
    made = template(3, by(office.boss))
    ended, running = request_of(office.requester, "Ended"), request_of(office.requester, "Running")
    for request in (ended, running):
        attach_workflow_to_object(request, made, office.requester)
    decide(ended, office.boss)
    cleanup_completed_workflow_attachments(older_than_days=0)
    assert [attachment.target for attachment in WorkflowAttachment.objects.all()] == [running]


def test_the_scheduled_commands_run(office: Office) -> None:
    call_command("run_actions", verbosity=0)
    call_command("cleanup_workflows", verbosity=0)
    call_command("forget_idempotency_keys", verbosity=0)
