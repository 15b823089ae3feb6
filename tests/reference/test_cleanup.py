"""Cleaning up by a schedule of the project's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import Celery, shared_task
from celery.schedules import crontab
from django.core.management import call_command
from django.utils import timezone

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, by_user, template_for
from tests.runs import approve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ended(manager):
    """A run that ended 40 days ago, and one that ended today."""
    template = template_for(3, [[by_user(manager)]])
    for days in (40, 0):
        document = DocumentFactory()
        attachment = attach_workflow_to_object(document, template)
        approve(document, manager)
        moment = timezone.now() - timedelta(days=days)
        WorkflowAttachment.objects.filter(pk=attachment.pk).update(completed_at=moment)


def test_a_project_s_own_task_in_celery_s_schedule_calls_the_command():
    app = Celery("project")

    @shared_task(name="project.tasks.cleanup_old_workflows")
    def cleanup_old_workflows():
        call_command("cleanup_workflows", days=30)

    app.conf.beat_schedule = {
        "cleanup-old-workflows": {
            "task": "project.tasks.cleanup_old_workflows",
            "schedule": crontab(hour=2, minute=0),
        },
    }
    app.tasks[app.conf.beat_schedule["cleanup-old-workflows"]["task"]]()
    assert WorkflowAttachment.objects.count() == 1
