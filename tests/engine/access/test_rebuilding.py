"""`rebuild_workflow_access` makes the rows follow from the runs again, and tells what differs."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import RunParticipation, VersionReadership, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import snapshot, unchanged

pytestmark = pytest.mark.django_db
STATEMENTS = 13  # how many there are, the versions that moved, the batch and its end, and what one comparison reads
ONE = WorkflowStrategy.WORKFLOW_ONLY


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(username=name) for name in ("ann", "bob", "acme")]


@pytest.fixture
def attachments(people: list[User]) -> list[WorkflowAttachment]:
    ann, bob, acme = people
    template = template_for(ONE, [[by_user(bob)]], company_id=acme.pk)
    return [attach_workflow_to_object(DocumentFactory(), template, ann) for _ in range(5)]


def rebuilt(*arguments: str) -> str:
    told = StringIO()
    call_command("rebuild_workflow_access", *arguments, stdout=told)
    return told.getvalue()


def test_where_nothing_differs_nothing_is_written(attachments: Any) -> None:
    with unchanged():
        assert rebuilt("--check") == "5 attachments looked at: nothing differs\n"
        assert rebuilt() == "5 attachments looked at: 0 rows added, 0 removed\n"


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_what_is_missing_is_told_and_added(attachments: Any, batch: int) -> None:
    before = snapshot()
    RunParticipation.objects.all().delete()
    VersionReadership.objects.all().delete()
    with unchanged(), pytest.raises(CommandError) as caught:
        rebuilt("--check")
    assert str(caught.value) == "5 attachments looked at: 23 rows are missing, 0 are there without a reason."
    assert rebuilt(f"--batch={batch}") == "5 attachments looked at: 23 rows added, 0 removed\n"
    assert snapshot() == before


def test_what_nothing_explains_is_told_and_taken_away(attachments: Any, people: list[User]) -> None:
    before = snapshot()
    stranger = UserFactory(username="stranger")
    first = attachments[0]
    for name in (f"user:{stranger.pk}", f"company:{stranger.pk}", "department:7"):
        RunParticipation.objects.create(attachment=first, principal=name, created_at=first.created_at)
    VersionReadership.objects.create(workflow=first.workflow, principal=f"company:{stranger.pk}")
    told = StringIO()
    with unchanged(), pytest.raises(CommandError, match="0 rows are missing, 4 are there without a reason"):
        call_command("rebuild_workflow_access", "--check", stdout=told)
    assert f"without a reason: user:{stranger.pk} at {first.pk}" in told.getvalue()
    assert rebuilt() == "5 attachments looked at: 0 rows added, 4 removed\n"
    stranger.delete()
    assert snapshot() == before


def test_a_pass_goes_on_where_it_was_interrupted(attachments: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    RunParticipation.objects.all().delete()
    from django_workflow_engine.access import rebuilding  # noqa: PLC0415 - what is to be interrupted

    compare, seen = rebuilding._compare, []

    def impatient(rows: Any) -> Any:
        seen.append(rows)
        if len(seen) == 3:  # two batches are done
            raise KeyboardInterrupt
        return compare(rows)

    monkeypatch.setattr(rebuilding, "_compare", impatient)
    last = attachments[1].pk
    with pytest.raises(CommandError, match=f"Interrupted after 2 attachments; go on with --after {last}"):
        rebuilt("--batch=1")
    monkeypatch.undo()
    assert rebuilt(f"--after={last}") == "3 attachments looked at: 12 rows added, 0 removed\n"
    rebuilt("--check")


def test_versions_that_another_release_left_behind_follow_their_template(attachments: Any, people: list[User]) -> None:
    table = WorkFlow._meta.db_table
    ann = people[0]
    with connection.cursor() as cursor:  # as a release did that wrote no such rows
        cursor.execute(f"UPDATE {table} SET company_id = %s WHERE is_hidden = %s", [None, False])
    assert rebuilt() == "5 attachments looked at: 0 rows added, 0 removed\n"
    assert not RunParticipation.objects.filter(principal__startswith="company:").exists()
    assert attachments[0].workflow.versions.count() == 0
    assert set(WorkFlow.objects.values_list("company", flat=True)) == {None}
    cancel_workflow(attachment_id=attachments[0].pk, actor=ann, reason="no use")
    rebuilt("--check")


def test_the_cost_of_a_batch_does_not_grow_with_it(attachments: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(STATEMENTS):
        rebuilt()
    ann = User.objects.get(username="ann")
    for _ in range(5):
        attach_workflow_to_object(DocumentFactory(), attachments[0].workflow.cloned_from, ann)
    with django_assert_num_queries(STATEMENTS):
        rebuilt()


def test_the_migration_fills_what_a_database_lacks_that_runs_already(attachments: Any) -> None:
    before = snapshot()
    RunParticipation.objects.all().delete()
    VersionReadership.objects.all().delete()
    WorkFlow._base_manager.filter(is_hidden=True).update(company=None)  # as a release left them
    takes_part = import_module("django_workflow_engine.migrations.0017_fill_who_takes_part")
    whose = import_module("django_workflow_engine.migrations.0021_fill_whose_runs_are")
    for step in (takes_part.follow_the_templates, takes_part.fill, whose.fill):
        step(apps, SimpleNamespace(connection=connection))
    assert snapshot() == before
