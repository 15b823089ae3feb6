"""One idempotency key sent many times at the same moment: one effect, and the same answer for everybody."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
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
