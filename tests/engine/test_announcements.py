"""The signal `attachment_changed`: after the commit, with the people whose inboxes it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.db import transaction

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
    request_resubmission,
    start_workflow,
)
from django_workflow_engine.signals import attachment_changed
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import attachment_of, seat

pytestmark = pytest.mark.django_db

Announced = list[tuple[Any, set[Any]]]


@pytest.fixture
def announced() -> Iterator[Announced]:
    """What was announced: attachment and users."""
    told: Announced = []

    def listen(sender: Any, attachment_id: Any, user_ids: Any, **kwargs: Any) -> None:
        assert sender is WorkflowAttachment
        told.append((attachment_id, set(user_ids)))

    attachment_changed.connect(listen)
    yield told
    attachment_changed.disconnect(listen)


@pytest.fixture
def people() -> Any:
    return UserFactory.create_batch(4)


@pytest.fixture
def document() -> Any:
    return DocumentFactory()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], Any]:
    """Call a function with what follows its commit."""

    def call(function: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return function()

    return call


def ids(*users: Any) -> set[Any]:
    return {user.pk for user in users}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_attaching_and_deciding_name_who_is_asked_and_who_was(
    strategy: Any, people: Any, document: Any, announced: Announced, committed: Any
) -> None:
    first, second, third, starter = people
    positions = [[by_role(group_of(first, second)), by_user(third)]]
    template = template_for(strategy, positions)
    committed(lambda: attach_workflow_to_object(document, template, starter))
    key = attachment_of(document).pk
    committed(lambda: approve_step(step_id=seat(document, first).pk, actor=first))
    committed(lambda: approve_step(step_id=seat(document, third).pk, actor=third))
    assert announced == [
        (key, ids(starter, first, second)),
        (key, ids(first, second, third)),
        (key, ids(third)),
    ]


def test_starting_passing_on_sending_back_and_ending_are_announced(
    people: Any, document: Any, announced: Announced, committed: Any
) -> None:
    first, second, third, starter = people
    template = template_for(1, [[by_role(group_of(first, second), "consensus")], [by_user(third)]])
    committed(lambda: attach_workflow_to_object(document, template, starter, auto_start=False))
    key = attachment_of(document).pk
    committed(lambda: start_workflow(attachment_id=key, actor=starter))
    committed(lambda: delegate_step(step_id=seat(document, first).pk, actor=first, user_id=third.pk))
    committed(lambda: request_resubmission(step_id=seat(document, second).pk, actor=second, reason="Again"))
    committed(lambda: cancel_workflow(attachment_id=key, actor=starter, reason="Late"))
    assert announced == [
        (key, ids(starter)),
        (key, ids(starter, first, second)),
        (key, ids(first, third)),
        (key, ids(first, second, third)),
        (key, ids(starter, first, second)),
    ]


def test_a_rejection_names_the_seats_that_it_closed(
    people: Any, document: Any, announced: Announced, committed: Any
) -> None:
    first, second, *_others = people
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(first, second))]]))
    committed(lambda: reject_step(step_id=seat(document, first).pk, actor=first, reason="No"))
    assert announced == [(attachment_of(document).pk, ids(first, second))]


def test_what_a_project_decides_through_the_package_is_announced(
    people: Any, document: Any, announced: Announced, committed: Any
) -> None:
    first, second, *_others = people
    attach_workflow_to_object(document, template_for(1, [[by_user(first)], [by_user(second)]]))
    committed(lambda: advance_flow(instance=seat(document, first), action="approved", user=first))
    assert {key for key, _users in announced} == {attachment_of(document).pk}
    assert set().union(*(users for _key, users in announced)) == ids(first, second)


def test_a_deletion_is_announced_whoever_deletes(document: Any, announced: Announced, committed: Any) -> None:
    attach_workflow_to_object(document, template_for(3, [[by_user(UserFactory())]]))
    key = attachment_of(document).pk
    committed(lambda: WorkflowAttachment.objects.filter(pk=key).delete())
    assert announced == [(key, set())]


def test_nothing_is_announced_before_the_commit_nor_after_a_rollback(
    people: Any, document: Any, announced: Announced, committed: Any
) -> None:
    template = template_for(3, [[by_user(people[0])]])

    def undone() -> None:
        with transaction.atomic():
            attach_workflow_to_object(document, template)
            transaction.set_rollback(True)
        attach_workflow_to_object(DocumentFactory(), template)
        assert announced == []

    committed(undone)
    assert [users for _key, users in announced] == [ids(people[0])]


def test_a_receiver_that_raises_reaches_nobody(
    people: Any, document: Any, announced: Announced, committed: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**kwargs: Any) -> None:
        raise RuntimeError("broken receiver")

    attachment_changed.connect(broken)
    try:
        committed(lambda: attach_workflow_to_object(document, template_for(3, [[by_user(people[0])]])))
    finally:
        attachment_changed.disconnect(broken)
    assert attachment_of(document).status == "in_progress"
    assert len(announced) == 1
    assert "broken receiver" in caplog.text
