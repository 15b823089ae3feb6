"""Whose own a run is, is kept as rows: who started it, and whose its object is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection

from django_workflow_engine import services
from django_workflow_engine.access.owners import people_of_runs
from django_workflow_engine.access.rebuilding import rebuild
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import RunParticipation, VersionReadership, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, attach_workflow_to_objects
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of
from tests.snapshot import snapshot
from tests.testapp.models import Document, Invoice

pytestmark = pytest.mark.django_db
ONE = WorkflowStrategy.WORKFLOW_ONLY


def people(*names: str) -> list[User]:
    return [UserFactory(username=name) for name in names]


def differences() -> list[Any]:
    return [batch.differences for batch in rebuild(mend=False) if batch.differences]


@pytest.fixture(autouse=True)
def nothing_differs() -> Iterator[None]:
    """After each test, what was written is what follows from the runs and their objects."""
    yield
    assert differences() == []


def requesters(attachment: WorkflowAttachment) -> set[str]:
    """The names of those whose own the run is."""
    return names_of(attachment, "requester:")


def taking_part(attachment: WorkflowAttachment) -> set[str]:
    return names_of(attachment, "user:")


def names_of(attachment: WorkflowAttachment, kind: str) -> set[str]:
    names = {f"{kind}{user.pk}": user.username for user in User.objects.all()}
    rows = RunParticipation.objects.filter(attachment=attachment, principal__startswith=kind)
    return {names[principal] for principal in rows.values_list("principal", flat=True)}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("auto_start", [True, False])
def test_a_run_is_its_starter_s_and_its_object_s_own_person_s(strategy: WorkflowStrategy, auto_start: bool) -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    template = template_for(strategy, [[by_user(bob)]])
    for obj in (DocumentFactory(created_by=eve), Invoice.objects.create(number="7", owner=eve)):
        attachment = attach_workflow_to_object(obj, template, ann, auto_start=auto_start)
        assert requesters(attachment) == {"ann", "eve"}
        assert taking_part(attachment) == {"ann", "eve"} | ({"bob"} if auto_start else set())
        assert VersionReadership.objects.filter(workflow=attachment.workflow, person=eve).exists()
        assert not VersionReadership.objects.filter(principal__startswith="requester:").exists()


def test_whoever_starts_what_another_attached_has_it_too() -> None:
    ann, bob = people("ann", "bob")
    attachment = attach_workflow_to_object(DocumentFactory(), template_for(ONE, [[by_user(bob)]]), ann, False)
    services.start_workflow(attachment_id=attachment.pk, actor=bob)
    assert requesters(attachment) == {"ann", "bob"}


def test_each_of_many_objects_has_its_own_people() -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    documents = [DocumentFactory(created_by=bob), DocumentFactory(created_by=eve), DocumentFactory()]
    attach_workflow_to_objects(documents, template_for(ONE, [[by_user(ann)]]), None)
    assert [requesters(attachment_of(document)) for document in documents] == [{"bob"}, {"eve"}, set()]


def test_whoever_had_an_earlier_run_keeps_it_and_reads_the_next_version() -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), ann)
    approve(document, bob)
    second = attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), eve)
    assert requesters(second) == {"ann", "eve"}
    assert set(VersionReadership.objects.filter(workflow=second.workflow).values_list("principal", flat=True)) == {
        f"user:{user.pk}" for user in (ann, bob, eve)
    }


def test_a_row_that_a_project_writes_itself_has_its_people_too() -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    template = template_for(ONE, [[by_user(bob)]])
    made = WorkflowAttachment.objects.create(target=DocumentFactory(created_by=eve), workflow=template, started_by=ann)
    assert requesters(made) == {"ann", "eve"}


def test_an_object_that_changes_hands_is_followed_when_it_is_told() -> None:
    ann, bob, eve, joe = people("ann", "bob", "eve", "joe")
    document = DocumentFactory(created_by=eve)
    attachment = attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), ann)
    Document.objects.filter(pk=document.pk).update(created_by=joe)
    (found,) = differences()
    key = attachment.pk
    assert found.missing_participations == sorted([(key, f"requester:{joe.pk}"), (key, f"user:{joe.pk}")])
    assert found.wrong_participations == sorted([(key, f"requester:{eve.pk}"), (key, f"user:{eve.pk}")])
    services.update_run_access(attachment)
    assert (requesters(attachment), taking_part(attachment)) == ({"ann", "joe"}, {"ann", "bob", "joe"})


def test_of_an_object_that_is_gone_everybody_keeps_the_run() -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    document = DocumentFactory(created_by=eve)
    attachment = attach_workflow_to_object(document, template_for(ONE, [[by_user(bob)]]), ann)
    document.delete()
    services.update_run_access(attachment)
    assert (requesters(attachment), taking_part(attachment)) == ({"ann", "eve"}, {"ann", "bob", "eve"})


def test_a_deleted_user_leaves_no_row() -> None:
    ann, bob, eve = people("ann", "bob", "eve")
    attachment = attach_workflow_to_object(DocumentFactory(created_by=eve), template_for(ONE, [[by_user(bob)]]), ann)
    key = eve.pk
    eve.delete()
    assert requesters(attachment) == {"ann"}
    assert not RunParticipation.objects.filter(principal__in=[f"user:{key}", f"requester:{key}"]).exists()


def test_the_migration_notes_whose_the_runs_are_that_are_there() -> None:
    ann, bob, eve, joe = people("ann", "bob", "eve", "joe")
    template = template_for(ONE, [[by_user(bob)]])
    document, deleted = DocumentFactory(created_by=eve), DocumentFactory(created_by=eve)
    for obj in (document, deleted, Invoice.objects.create(number="7", owner=joe), DocumentFactory()):
        attach_workflow_to_object(obj, template, ann)
    approve(document, bob)
    attach_workflow_to_object(document, template, joe)
    for user in (eve, joe):  # as a release left them that knew of no objects
        RunParticipation.objects.filter(principal=f"user:{user.pk}").exclude(
            attachment=attachment_of(document)
        ).delete()
        VersionReadership.objects.filter(principal=f"user:{user.pk}").delete()
    before = snapshot()
    RunParticipation.objects.filter(principal__startswith="requester:").delete()
    migration = import_module("django_workflow_engine.migrations.0021_fill_whose_runs_are")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert before != snapshot()
    assert differences() == []
    assert [requesters(one) for one in WorkflowAttachment.objects.order_by("pk")] == [
        {"ann", "eve", "joe"},
        {"ann", "eve"},
        {"ann", "joe"},
        {"ann"},
    ]


def test_people_whose_keys_no_column_holds_are_read_together(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    (bob, *owners) = people("bob", "ann", "eve", "joe")
    template = template_for(ONE, [[by_user(bob)]])
    for owner in owners:
        attach_workflow_to_object(DocumentFactory(created_by=owner), template, None)
    monkeypatch.setattr(Document._meta.get_field("created_by"), "db_constraint", False)
    attachments = list(WorkflowAttachment.objects.order_by("pk"))
    with django_assert_num_queries(2):  # the objects, their people
        found = people_of_runs(attachments)
    assert [found[one.pk] for one in attachments] == [{owner.pk} for owner in owners]
