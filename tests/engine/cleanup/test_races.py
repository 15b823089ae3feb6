"""Cleaning up while others attach and clean: nobody attaches to a version that goes."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments, cleanup_one
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.cleanup.runs import ended
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.invariants import assert_consistent
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.runs import asked, attachment_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(1, [[by_user(boss)]])


def test_attaching_while_the_last_run_of_a_version_is_cleaned_finds_a_version(template, boss):
    clean = partial(cleanup_completed_workflow_attachments, older_than_days=0)
    for _ in range(ROUNDS):
        old = ended(template, boss, days=1)
        documents = [DocumentFactory() for _ in range(3)]
        attaching = [partial(attach_workflow_to_object, document, template) for document in documents]
        _results, errors = parted(at_once([clean, *attaching, clean]))
        assert errors == []
        assert not WorkflowAttachment.objects.for_object(old).exists()
        for document in documents:
            assert_consistent(document)
            assert asked(document) == [boss]
        WorkflowAttachment.objects.all().delete()
    clean()
    assert list(WorkFlow.objects.all()) == [template]


def test_an_object_attached_again_while_it_is_cleaned_runs_with_a_version_of_its_own(template, boss):
    for _ in range(ROUNDS):
        document = ended(template, boss, days=1)
        clean = partial(cleanup_one, attachment_of(document).pk)
        _results, errors = parted(at_once([clean, partial(attach_workflow_to_object, document, template), clean]))
        assert errors == []
        assert_consistent(document)
        assert asked(document) == [boss]
