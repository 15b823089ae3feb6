"""Whoever waits for a lock that another transaction keeps is told of a conflict when the database's patience ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from approval_workflow.models import ApprovalFlow
from django.contrib.auth.models import User
from django.db import connection, transaction

from django_workflow_engine import transactions
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.errors import Conflict, StepAlreadyDecided
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import approve_step, attach_workflow_to_object, reject_step
from gql_workflows.ids import global_id
from gql_workflows.models import IdempotentRequest
from tests.api.documents import APPROVE
from tests.client import Api
from tests.factories import DocumentFactory, by_user, template_for
from tests.postgres.threads import held
from tests.runs import approve, history, open_steps, seat
from tests.testapp.models import Document

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
WITH_KEY = APPROVE.replace("$input: ApproveStepInput!", "$input: ApproveStepInput!, $key: String").replace(
    "input: $input", "input: $input, idempotencyKey: $key"
)


@pytest.fixture
def impatient(boss: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This thread's connection waits one second for a lock, and the verbs begin nothing anew after that."""
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", 0.5)
    mysql = connection.vendor == "mysql"
    with connection.cursor() as cursor:
        cursor.execute("SET innodb_lock_wait_timeout = 1" if mysql else "SET lock_timeout = '1s'")
    yield
    connection.close()


@pytest.fixture
def document(boss: User) -> Document:
    made: Document = DocumentFactory()
    attach_workflow_to_object(made, template_for(1, [[by_user(boss)]] * 2), boss)
    return made


def locked(model: Any, **lookup: Any) -> Callable[[], Any]:
    return lambda: list(model.objects.select_for_update().filter(**lookup))


HOLDS: dict[str, Callable[[], Any]] = {
    "the object": locked(Document),
    "the attachment": locked(WorkflowAttachment),
    "the flow": locked(ApprovalFlow),
}


@pytest.mark.parametrize("hold", HOLDS.values(), ids=HOLDS)
def test_a_verb_waits_as_long_as_the_database_does(
    boss: User, document: Document, impatient: None, hold: Callable[[], Any]
) -> None:
    step = seat(document, boss)
    with held(hold):
        began = time.monotonic()
        for decide in (approve_step, partial(reject_step, reason="No")):
            with pytest.raises(Conflict):
                decide(step_id=step.pk, actor=boss)
        assert time.monotonic() - began < 10
    assert "approved" not in history(document)
    approve(document, boss)


@pytest.mark.parametrize("key", [None, "once"])
def test_a_client_is_told_of_a_conflict(boss: User, document: Document, impatient: None, key: str | None) -> None:
    asked = {"stepId": global_id("ApprovalStep", seat(document, boss).pk)}
    with held(locked(WorkflowAttachment)):
        answer = Api(boss).run(WITH_KEY, input=asked, key=key)["approveStep"]
        assert [error["code"] for error in answer["errors"]] == ["CONFLICT"]
        assert not IdempotentRequest.objects.exists()
    assert Api(boss).run(WITH_KEY, input=asked, key=key)["approveStep"]["errors"] == []


def test_a_request_whose_key_another_one_is_about_to_have_is_a_conflict(
    boss: User, document: Document, impatient: None
) -> None:
    asked = {"stepId": global_id("ApprovalStep", seat(document, boss).pk)}
    same = {"user": boss, "mutation": "approveStep", "key": "once", "fingerprint": "x"}
    api = Api(boss)  # signing in writes the user's row, which the other one keeps, too
    with held(lambda: IdempotentRequest.objects.create(**same)):
        answer = api.run(WITH_KEY, input=asked, key="once")["approveStep"]
        assert [error["code"] for error in answer["errors"]] == ["CONFLICT"]
    assert "approved" not in history(document)


def test_a_first_version_that_another_one_is_about_to_make_is_a_conflict(boss: User, impatient: None) -> None:
    template = template_for(1, [[by_user(boss)]] * 2)
    with held(lambda: attach_workflow_to_object(DocumentFactory(), template, boss)), pytest.raises(Conflict):
        attach_workflow_to_object(DocumentFactory(), template, boss)
    attach_workflow_to_object(DocumentFactory(), template, boss)
    assert WorkFlow.objects.filter(cloned_from=template).count() == 1


def test_in_a_transaction_of_the_caller_s_it_is_a_conflict_at_once_and_the_caller_goes_on(
    boss: User, document: Document, impatient: None
) -> None:
    step, other = seat(document, boss), DocumentFactory()
    with held(locked(WorkflowAttachment, object_id=str(document.pk))), transaction.atomic():
        Document.objects.filter(pk=other.pk).update(title="Kept")
        with pytest.raises(Conflict):
            approve_step(step_id=step.pk, actor=boss)
    assert Document.objects.get(pk=other.pk).title == "Kept"
    assert "approved" not in history(document)


def test_whoever_got_the_lock_in_time_is_told_what_happened_meanwhile(boss: User, document: Document) -> None:
    step, results = seat(document, boss), []

    def late() -> None:
        try:
            approve_step(step_id=step.pk, actor=boss)
        except Exception as error:  # it is the result
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    with transaction.atomic():
        approve_step(step_id=step.pk, actor=boss)
        thread.start()
        time.sleep(0.5)
        assert results == []
    thread.join(timeout=60)
    assert [type(error) for error in results] == [StepAlreadyDecided]


def test_a_cleanup_waits_for_nobody(boss: User, impatient: None) -> None:
    template = template_for(3, [[by_user(boss)]])
    ended = DocumentFactory()
    attach_workflow_to_object(ended, template, boss)
    approve(ended, boss)
    with held(locked(WorkflowAttachment)):
        assert cleanup_completed_workflow_attachments(older_than_days=0)["attachments_deleted"] == 0
    assert cleanup_completed_workflow_attachments(older_than_days=0)["attachments_deleted"] == 1
    assert open_steps(ended) == []
