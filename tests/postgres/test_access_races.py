"""Who sees a run stays true while runs begin and templates change hands at the same moment."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from django_workflow_engine.access.rebuilding import rebuild
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.models import RunParticipation, VersionReadership
from django_workflow_engine.services import attach_workflow_to_object, update_workflow
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.threads import ROUNDS, at_once, parted

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def differences() -> list[Any]:
    return [batch.differences for batch in rebuild(mend=False) if batch.differences]


@pytest.mark.parametrize("disable_clone", [False, True])
def test_a_run_that_begins_while_its_template_changes_hands_has_one_company(disable_clone: bool) -> None:
    ann, acme, zeta = (UserFactory() for _ in range(3))
    template = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_user(ann)]], company_id=acme.pk)
    attach_workflow_to_object(DocumentFactory(), template, ann, disable_clone=disable_clone)
    for turn in range(ROUNDS):
        documents, owner = [DocumentFactory() for _ in range(3)], (acme, zeta)[turn % 2]
        attaches = [
            partial(attach_workflow_to_object, document, template, ann, disable_clone=disable_clone)
            for document in documents
        ]
        changes = partial(update_workflow, id=template.pk, changes=WorkflowChanges(company_id=owner.pk))
        _done, errors = parted(at_once([*attaches, changes]))
        assert errors == []
        seen = RunParticipation.objects.filter(principal__startswith="company:")
        assert set(seen.values_list("principal", flat=True)) == {f"company:{owner.pk}"}
    assert differences() == []


def test_the_rows_are_built_again_beside_verbs_that_go_on() -> None:
    ann, bob = UserFactory(), UserFactory()
    template = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_user(bob)]], company_id=ann.pk)
    for _ in range(ROUNDS):
        attach_workflow_to_object(DocumentFactory(), template, ann)
        RunParticipation.objects.all().delete()
        VersionReadership.objects.all().delete()
        stranger, document = UserFactory(), DocumentFactory()
        attach = partial(attach_workflow_to_object, document, template, stranger)
        _done, errors = parted(at_once([lambda: list(rebuild(size=2)), attach, lambda: list(rebuild(size=3))]))
        assert errors == []
        assert differences() == []
