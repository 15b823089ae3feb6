"""One idempotency key sent many times at the same moment: one effect, and the same answer for everybody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.idempotency import forget_expired
from gql_workflows.ids import global_id
from gql_workflows.models import IdempotentRequest
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.threads import ROUNDS, at_once
from tests.runs import seat

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SENDERS = 6
APPROVE = """
mutation Approve($input: ApproveStepInput!, $key: String) {
  approveStep(input: $input, idempotencyKey: $key) { outcome step { id status } errors { code path } }
}
"""


def sent_at_once(user: User, **variables: Any) -> list[dict[str, Any]]:
    """The answers to the same request from many connections, let go together."""
    calls = [partial(Api(user).run, APPROVE, **variables) for _ in range(SENDERS)]
    return [answer["approveStep"] for answer in at_once(calls)]


def test_one_key_sent_by_many_at_once_has_one_effect() -> None:
    boss = UserFactory()
    workflow = template_for(1, [[by_user(boss)]] * 2)
    for number in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, workflow)
        step = global_id("ApprovalStep", seat(document, boss).pk)
        answers = sent_at_once(boss, input={"stepId": step}, key=f"key-{number}")
        expected = {"outcome": "STAGE_ADVANCED", "step": {"id": step, "status": "APPROVED"}, "errors": []}
        assert answers == [expected] * SENDERS
    assert WorkflowEvent.objects.filter(kind="approved").count() == ROUNDS
    assert IdempotentRequest.objects.count() == ROUNDS


def test_one_key_of_a_request_that_is_refused_is_refused_to_everybody_and_not_kept() -> None:
    boss, nobody = UserFactory(), global_id("ApprovalStep", 987_654)
    for number in range(ROUNDS):
        answers = sent_at_once(boss, input={"stepId": nobody}, key=f"key-{number}")
        expected = {"outcome": None, "step": None, "errors": [{"code": "NOT_FOUND", "path": ["stepId"]}]}
        assert answers == [expected] * SENDERS
    assert IdempotentRequest.objects.count() == 0


def test_an_old_key_that_is_sent_by_many_while_it_is_forgotten_has_one_effect() -> None:
    boss = UserFactory()
    workflow = template_for(1, [[by_user(boss)]] * 2)
    for number in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, workflow)
        step = global_id("ApprovalStep", seat(document, boss).pk)
        old = IdempotentRequest.objects.create(user=boss, mutation="approveStep", key=f"key-{number}", fingerprint="x")
        IdempotentRequest.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
        send = partial(Api(boss).run, APPROVE, input={"stepId": step}, key=f"key-{number}")
        answers = [answer["approveStep"] for answer in at_once([send, forget_expired, send, forget_expired, send])[::2]]
        assert [answer["outcome"] for answer in answers] == ["STAGE_ADVANCED"] * 3
    assert WorkflowEvent.objects.filter(kind="approved").count() == ROUNDS


def test_a_key_that_somebody_has_in_hand_keeps_nobody_from_forgetting() -> None:
    user = UserFactory()
    for key in ("held", "free"):
        IdempotentRequest.objects.create(user=user, mutation="approveStep", key=key, fingerprint="x")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with transaction.atomic():
        IdempotentRequest.objects.select_for_update().get(key="held")
        assert at_once([forget_expired]) == [1]
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["held"]
