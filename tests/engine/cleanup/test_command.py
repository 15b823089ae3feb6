"""`manage.py cleanup_workflows` and the statistics that it prints."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_workflow_engine import conf
from django_workflow_engine.cleanup import get_cleanup_statistics
from django_workflow_engine.models import WorkflowAttachment
from tests.engine.cleanup.runs import attached, ended, keys
from tests.factories import UserFactory, by_user, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(3, [[by_user(boss)]])


def run(*arguments, **options):
    out = StringIO()
    call_command("cleanup_workflows", *arguments, stdout=out, **options)
    return out.getvalue()


def fill(workflow, number, status, days=None):
    """So many attachments in this state; in bulk, without runs."""
    ends = None if days is None else timezone.now() - timedelta(days=days)
    content_type = ContentType.objects.get_for_model(Document)
    first = WorkflowAttachment.objects.count()
    WorkflowAttachment.objects.bulk_create(
        WorkflowAttachment(
            workflow=workflow, content_type=content_type, object_id=f"{first + n}", status=status, completed_at=ends
        )
        for n in range(number)
    )


def test_the_statistics_print_as_the_reference_shows(template):
    for number, status, days in [
        (89, "completed", 400),
        (200, "completed", 100),
        (123, "rejected", 100),
        (233, "completed", 40),
        (370, "completed", 10),
        (22, "rejected", 10),
        (486, "in_progress", None),
    ]:
        fill(template, number, status, days)
    assert run("--stats") == (
        "=== Workflow Cleanup Statistics ===\n"
        "\n"
        "Workflow Attachments (Instances):\n"
        "  Total: 1523\n"
        "  Completed: 892 (58.6%)\n"
        "  Rejected: 145 (9.5%)\n"
        "  In Progress: 486 (31.9%)\n"
        "\n"
        "Completed/Rejected by Age:\n"
        "  Older than 30 days: 645 (62.2%)\n"
        "  Older than 90 days: 412 (39.7%)\n"
        "  Older than 365 days: 89 (8.6%)\n"
        "\n"
        "Recommendations:\n"
        "  → Consider running: python manage.py cleanup_workflows --days=30\n"
    )


def test_statistics_of_nothing_recommend_nothing(template, boss):
    ended(template, boss, days=29)
    ended(template, boss, days=400, status="cancelled")
    found = run("--stats")
    assert "  Completed: 1 (50.0%)" in found
    assert "Recommendations" not in found
    WorkflowAttachment.objects.all().delete()
    assert "  Older than 30 days: 0 (0.0%)" in run(stats=True)


def test_the_statistics_are_counted_in_one_statement(template, django_assert_num_queries):
    fill(template, 3, "completed", 91)
    fill(template, 1, "cancelled", 91)
    fill(template, 1, "not_started")
    with django_assert_num_queries(1):
        found = get_cleanup_statistics()
    assert found == {
        "total_attachments": 5,
        "completed_attachments": 3,
        "rejected_attachments": 0,
        "in_progress_attachments": 0,
        "older_than_30_days": 3,
        "older_than_90_days": 3,
        "older_than_365_days": 0,
        "completed_attachments_percentage": 60.0,
        "rejected_attachments_percentage": 0.0,
        "in_progress_attachments_percentage": 0.0,
        "older_than_30_days_percentage": 100.0,
        "older_than_90_days_percentage": 100.0,
        "older_than_365_days_percentage": 0.0,
    }


def test_a_dry_run_prints_what_would_go_and_deletes_nothing(template, boss):
    ended(template, boss, days=31)
    with unchanged():
        found = run("--dry-run")
    assert found == (
        "Would delete: 1 attachments (completed and rejected, ended 30 days ago or earlier)\n"
        "  Approval flows: 1 with 1 steps\n"
        "  Events: 4\n"
        "  Unused frozen versions: 1\n"
    )


def test_days_and_repeated_states_choose_what_goes(template, boss):
    completed, rejected, cancelled = (
        ended(template, boss, days=8, status=status) for status in ("completed", "rejected", "cancelled")
    )
    run()
    assert attached() == keys(completed, rejected, cancelled)
    assert run("--days=7", "--status", "rejected", "--status", "cancelled").startswith(
        "Deleted: 2 attachments (rejected and cancelled, ended 7 days ago or earlier)\n"
    )
    assert attached() == keys(completed)


def test_it_is_called_from_code_as_the_reference_does(template, boss):
    ended(template, boss, days=31)
    run(days=30)
    assert attached() == set()


@pytest.mark.parametrize("arguments", [["--days=-1"], ["--days=soon"], ["--status", "in_progress"]])
def test_wrong_arguments_are_told_and_delete_nothing(arguments, template, boss):
    ended(template, boss, days=31)
    with unchanged(), pytest.raises(CommandError):
        run(*arguments)


def test_a_running_state_passed_by_code_is_told_too(template):
    with unchanged(), pytest.raises(CommandError, match="in_progress"):
        run(status=["in_progress"])


def test_the_setting_for_automatic_cleanup_is_off_unless_set(settings):
    assert conf.auto_cleanup_completed() is False
    settings.WORKFLOW_AUTO_CLEANUP_COMPLETED = True
    assert conf.auto_cleanup_completed() is True
