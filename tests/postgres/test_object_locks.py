"""The business object is what a verb locks first, and keeps locked until its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from approval_workflow.models import ApprovalFlow
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    delegate_step,
    escalate_step,
    reject_step,
    request_resubmission,
    start_workflow,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.threads import held, wait_until_somebody_waits
from tests.runs import attachment_of, open_steps
from tests.testapp.models import Document, Profile

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DECISIONS: dict[str, Callable[..., Any]] = {
    "approve": approve_step,
    "reject": lambda **given: reject_step(**given, reason="No"),
    "send back": lambda **given: request_resubmission(**given, reason="Again"),
    "delegate": lambda **given: delegate_step(**given, user_id=User.objects.get(username="friend").pk),
    "escalate": escalate_step,
}
VERBS = ["attach", "attach again", "start", *DECISIONS]


@pytest.fixture
def boss(transactional_db: None, settings: Any) -> User:
    """An approver with a manager, and somebody to delegate to."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    user: User = UserFactory()
    Profile.objects.create(user=user, manager=UserFactory())
    UserFactory(username="friend")
    return user


def prepared(name: str, strategy: int, boss: User) -> tuple[Document, Callable[[], Any]]:
    """An object in the state that this verb takes, and the verb."""
    document, template = DocumentFactory(), template_for(strategy, [[by_user(boss)]])
    if name == "attach":
        return document, lambda: attach_workflow_to_object(document, template, boss)
    attach_workflow_to_object(document, template, boss, auto_start=name != "start")
    attachment = attachment_of(document)
    if name == "start":
        return document, lambda: start_workflow(attachment_id=attachment.pk, actor=boss)
    (step,) = open_steps(document)
    if name == "attach again":
        reject_step(step_id=step.pk, actor=boss, reason="No")
        return document, lambda: attach_workflow_to_object(document, template, boss)
    return document, lambda: DECISIONS[name](step_id=step.pk, actor=boss)


def free_rows() -> dict[str, int]:
    """How many rows of each kind nobody holds."""
    models = (WorkflowAttachment, ApprovalFlow)
    with transaction.atomic():
        return {model.__name__: len(model.objects.select_for_update(skip_locked=True)) for model in models}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", VERBS)
def test_a_verb_waits_for_the_object_and_holds_nothing_meanwhile(name: str, strategy: int, boss: User) -> None:
    document, verb = prepared(name, strategy, boss)
    there = free_rows()
    results: list[Any] = []

    def work() -> None:
        try:
            results.append(verb())
        except Exception as error:  # it is the result
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        thread.start()
        wait_until_somebody_waits()
        assert (free_rows(), results) == (there, [])
    thread.join(timeout=60)
    assert [type(result).__name__ for result in results] in (["WorkflowAttachment"], ["Decision"])


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", VERBS)
def test_a_verb_holds_the_object_until_its_transaction_ends(name: str, strategy: int, boss: User) -> None:
    document, verb = prepared(name, strategy, boss)
    other = DocumentFactory()
    with held(verb):
        with pytest.raises(OperationalError), transaction.atomic():
            Document.objects.select_for_update(nowait=True).get(pk=document.pk)
        with transaction.atomic():
            assert Document.objects.select_for_update(nowait=True).get(pk=other.pk) == other
    with transaction.atomic():
        assert Document.objects.select_for_update(nowait=True).get(pk=document.pk) == document
