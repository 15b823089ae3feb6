"""The inbox in Python: what waits for somebody, and the numbers of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.utils.functional import SimpleLazyObject

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.errors import Forbidden
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import (
    InboxSummary,
    ModelInbox,
    attach_workflow_to_object,
    create_substitution,
    update_workflow,
    waiting_steps,
)
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, seat
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
FLAT = WorkflowStrategy.WORKFLOW_ONLY


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


def asked(workflow: WorkFlow) -> Document:
    """A new object with a run."""
    document: Document = DocumentFactory()
    attach_workflow_to_object(document, workflow, UserFactory())
    return document


def lines(summary: InboxSummary) -> list[tuple[str, int, int]]:
    return [(line.workflow.name_en, line.waiting, line.overdue) for line in summary.by_workflow]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_waits_is_listed_and_counted(ann: User, strategy: WorkflowStrategy) -> None:
    role = group_of(ann, UserFactory())
    late = template_for(strategy, [[within(by_user(ann), "PT1H")]], name_en="Late")
    shared = template_for(strategy, [[by_role(role)]], name_en="Shared")
    rows = [asked(late), asked(shared), asked(shared)]
    asked(template_for(strategy, [[by_user(UserFactory())]]))
    assert set(waiting_steps(ann)) == {seat(row, ann) for row in rows}
    with at(NOW + timedelta(hours=2)):
        summary = InboxSummary(waiting_steps(ann))
        assert (summary.waiting, summary.overdue) == (3, 1)
        assert lines(summary) == [("Shared", 2, 0), ("Late", 1, 1)]
        assert summary.by_model == [ModelInbox(model="testapp.Document", waiting=3, overdue=1)]
        narrowed = waiting_steps(ann).filter(flow__workflow_attachment__workflow__cloned_from=late)
        assert lines(InboxSummary(narrowed)) == [("Late", 1, 1)]
    approve(rows[0], ann)
    role.user_set.remove(ann)
    assert not waiting_steps(ann).exists()


def test_a_substitute_s_inbox_has_the_person_s(ann: User) -> None:
    sub, document = UserFactory(), asked(template_for(FLAT, [[by_user(ann)]]))
    assert not waiting_steps(sub).exists()
    create_substitution(actor=ann, substitute_id=sub.pk)
    assert list(waiting_steps(SimpleLazyObject(lambda: sub))) == [seat(document, ann)]
    User.objects.filter(pk=ann.pk).update(is_active=False)
    assert not waiting_steps(sub).exists()
    assert not waiting_steps(ann).exists()


@pytest.mark.parametrize("nobody", [None, AnonymousUser(), User(username="new"), 1])
def test_nobody_has_no_inbox(nobody: Any) -> None:
    with pytest.raises(Forbidden) as refused:
        waiting_steps(nobody)
    assert refused.value.path == ("user",)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_versions_without_a_template_stand_for_themselves(ann: User, strategy: WorkflowStrategy) -> None:
    """As a database has it in which somebody deleted the template beside the engine."""
    template = template_for(strategy, [[by_user(ann)]], name_en="Old")
    asked(template)
    update_workflow(id=template.pk, changes=WorkflowChanges(name_en="New"))
    asked(template), asked(template)
    assert lines(InboxSummary(waiting_steps(ann))) == [("New", 3, 0)]
    WorkFlow.objects.filter(cloned_from=template).update(cloned_from=None)
    template.delete()
    versions = InboxSummary(waiting_steps(ann)).by_workflow
    assert [(line.workflow.is_hidden, line.waiting) for line in versions] == [(True, 2), (True, 1)]


def test_a_template_that_may_not_be_known_is_not_told(ann: User) -> None:
    known, hidden = (template_for(FLAT, [[by_user(ann)]], name_en=name) for name in ("Known", "Hidden"))
    asked(known), asked(hidden)
    summary = InboxSummary(waiting_steps(ann), workflows=WorkFlow.objects.exclude(pk=hidden.pk))
    assert [line.workflow == known for line in summary.by_workflow] == [True, False]
    assert summary.by_workflow[1].workflow.cloned_from == hidden


def test_a_model_that_is_installed_no_more_keeps_its_number(ann: User) -> None:
    asked(template_for(FLAT, [[by_user(ann)]]))
    ContentType.objects.filter(app_label="testapp", model="document").update(app_label="gone")
    ContentType.objects.clear_cache()
    try:
        assert InboxSummary(waiting_steps(ann)).by_model == [ModelInbox(model="gone.document", waiting=1, overdue=0)]
    finally:
        ContentType.objects.clear_cache()


@pytest.mark.parametrize("templates", [1, 12])
def test_each_breakdown_costs_the_same_at_any_size(ann: User, templates: int, django_assert_num_queries: Any) -> None:
    for number in range(templates):
        asked(template_for(FLAT, [[by_user(ann)]], name_en=f"T{number}"))
    with django_assert_num_queries(3):  # is the user active, who is stood in for, which roles are held
        steps = waiting_steps(ann)
    with django_assert_num_queries(1):
        summary = InboxSummary(steps)
        assert (summary.waiting, summary.overdue, len(summary.by_model)) == (templates, 0, 1)
    with django_assert_num_queries(2):
        assert len(summary.by_workflow) == templates
