"""Attaching and starting at the same moment: one run per object, one version per content."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.errors import AlreadyAttached, NotInProgress
from django_workflow_engine.models import Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, start_workflow
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.invariants import assert_consistent
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.runs import approve, asked, history

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 8


@pytest.fixture
def boss():
    return UserFactory()


def attaching(document, workflow, number):
    return partial(attach_workflow_to_object, document, workflow, metadata={"number": number})


def test_one_object_attached_by_many_at_once_has_one_run(boss):
    workflow = template_for(1, [[by_user(boss)]] * 2)
    for _ in range(ROUNDS):
        document = DocumentFactory()
        (winner,), losers = parted(at_once([attaching(document, workflow, n) for n in range(THREADS)]))
        assert {type(error) for error in losers} == {AlreadyAttached}
        assert {error.attachment.pk for error in losers} == {winner.pk}
        stored = assert_consistent(document)
        assert (stored.metadata, stored.run_number) == (winner.metadata, 1)
        assert (asked(document), history(document)) == ([boss], ["attached", "started"])
    assert WorkFlow.objects.count() == 2


def test_an_ended_object_attached_again_by_many_at_once_has_one_further_run(boss):
    workflow = template_for(3, [[by_user(boss)]])
    for _ in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, workflow)
        approve(document, boss)
        (winner,), losers = parted(at_once([attaching(document, workflow, n) for n in range(THREADS)]))
        assert {type(error) for error in losers} == {AlreadyAttached}
        stored = assert_consistent(document)
        assert (stored.metadata, stored.run_number, stored.first_step_number) == (winner.metadata, 2, 2)
        assert asked(document) == [boss]


def test_one_run_started_by_many_at_once_starts_once(boss):
    workflow = template_for(2, [[by_user(boss)]])
    for _ in range(ROUNDS):
        document = DocumentFactory()
        attachment = attach_workflow_to_object(document, workflow, auto_start=False)
        _winner, losers = parted(at_once([partial(start_workflow, attachment_id=attachment.pk)] * THREADS))
        assert [type(error) for error in losers] == [NotInProgress] * (THREADS - 1)
        assert_consistent(document)
        assert (asked(document), history(document)) == ([boss], ["attached", "started"])


def test_a_changed_template_attached_to_many_objects_at_once_gets_one_complete_version(boss):
    workflow = template_for(1, [[by_user(boss)]] * 6)
    for number in range(ROUNDS):
        WorkFlow.objects.filter(pk=workflow.pk).update(description=f"Change {number}")
        documents = [DocumentFactory() for _ in range(THREADS)]
        attachments, errors = parted(at_once([attaching(document, workflow, 0) for document in documents]))
        assert errors == []
        (version,) = {attachment.workflow for attachment in attachments}
        assert (version.cloned_from, version.description) == (workflow, f"Change {number}")
        assert Stage.objects.filter(pipeline__workflow=version).count() == 6
        for document in documents:
            assert_consistent(document)
    assert WorkFlow.objects.filter(cloned_from=workflow).count() == ROUNDS
    assert WorkflowAttachment.objects.count() == ROUNDS * THREADS
