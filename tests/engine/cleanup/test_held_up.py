"""Scheduled commands that others hold up say so in a sentence; the next call makes up for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.models import IdempotentRequest
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve

pytestmark = pytest.mark.django_db
COMMANDS = [["cleanup_workflows", "--days=0"], ["run_actions"], ["forget_idempotency_keys"]]


@pytest.fixture
def leftovers() -> None:
    """A run that has ended, and a key that is too old."""
    boss, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), boss)
    approve(document, boss)
    key = IdempotentRequest.objects.create(user=boss, mutation="m", key="k", fingerprint="f")
    IdempotentRequest.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(days=9))


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_a_sentence_and_no_traceback(
    command: list[str], leftovers: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_workflow_engine.transactions.PATIENCE_SECONDS", 0)
    settings.WORKFLOW_AUTO_CLEANUP_COMPLETED = True

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("DELETE"):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), pytest.raises(CommandError, match="Others were at work"):
        call_command(*command)
    assert (WorkflowAttachment.objects.count(), IdempotentRequest.objects.count()) == (1, 1)
    call_command(*command)
    assert (WorkflowAttachment.objects.count(), IdempotentRequest.objects.count()) in [(0, 1), (1, 0)]
