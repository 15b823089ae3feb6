"""Whoever loses is told so by a typed refusal, and what won is whole, whatever the isolation level."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from django_workflow_engine import transactions
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.errors import AlreadyAttached, Conflict, StepAlreadyDecided
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration, WorkflowEvent
from django_workflow_engine.services import (
    ConfigurationChanges,
    approve_step,
    attach_workflow_to_object,
    configure_model,
    register_model_for_workflow,
    reject_step,
)
from gql_workflows.idempotency import forget_expired
from gql_workflows.ids import global_id
from gql_workflows.models import IdempotentRequest
from tests.api.documents import APPROVE
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.postgres.threads import ROUNDS, at_once
from tests.runs import approve, attachment_of, history, open_steps, seat
from tests.testapp.models import Deal

pytestmark = [pytest.mark.server, pytest.mark.django_db(transaction=True)]
WITH_KEY = APPROVE.replace("$input: ApproveStepInput!", "$input: ApproveStepInput!, $key: String").replace(
    "input: $input", "input: $input, idempotencyKey: $key"
)


def told(results: list[Any]) -> Counter[str]:
    """What the calls gave: values by their class, errors by theirs."""
    return Counter(type(result).__name__ for result in results)


@pytest.mark.postgres
def test_a_verb_of_its_own_decides_on_what_is_there_by_then(level: str) -> None:
    for _twice in range(2):
        with transactions.atomic(), connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("serializable" if level == "serializable" else "read committed",)


def test_one_object_attached_by_many_has_one_run(level: str, boss: User) -> None:
    for _round in range(ROUNDS):
        document, template = DocumentFactory(), template_for(1, [[by_user(boss)]] * 2)
        results = at_once([partial(attach_workflow_to_object, document, template, boss)] * 4)
        assert told(results) == {"WorkflowAttachment": 1, AlreadyAttached.__name__: 3}
        assert history(document).count("started") == 1


def test_a_new_template_is_frozen_once(level: str, boss: User) -> None:
    for _round in range(ROUNDS):
        template = template_for(1, [[by_user(boss)]] * 2)
        calls = [partial(attach_workflow_to_object, DocumentFactory(), template, boss) for _ in range(4)]
        assert told(at_once(calls)) == {"WorkflowAttachment": 4}
        assert WorkFlow.objects.filter(cloned_from=template).count() == 1


def test_a_caller_with_an_old_snapshot_makes_no_second_version(level: str, boss: User) -> None:
    template = template_for(1, [[by_user(boss)]] * 2)
    with suppress(Conflict, OperationalError), transaction.atomic():
        User.objects.count()
        at_once([partial(attach_workflow_to_object, DocumentFactory(), template, boss)])
        attach_workflow_to_object(DocumentFactory(), template, boss)
    assert WorkFlow.objects.filter(cloned_from=template).count() == 1
    attach_workflow_to_object(DocumentFactory(), template, boss)
    assert WorkFlow.objects.filter(cloned_from=template).count() == 1


def test_a_consensus_loses_no_approval(level: str) -> None:
    members = [UserFactory() for _ in range(4)]
    template = template_for(1, [[by_role(group_of(*members), "consensus")]] * 2)
    for _round in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        first = open_steps(document)
        results = at_once([partial(approve_step, step_id=step.pk, actor=step.assigned_to) for step in first])
        assert told(results) == {"Decision": 4}
        assert (history(document).count("approved"), len(open_steps(document))) == (4, 4)
        assert attachment_of(document).current_stage.order == 1


def test_one_seat_decided_by_many_has_one_winner(level: str, boss: User) -> None:
    template = template_for(3, [[by_user(boss)]])
    for _round in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        step = seat(document, boss)
        calls = [partial(approve_step, step_id=step.pk, actor=boss)] * 2
        calls += [partial(reject_step, step_id=step.pk, actor=boss, reason="No")] * 2
        assert told(at_once(calls)) == {"Decision": 1, StepAlreadyDecided.__name__: 3}
        assert len({"approved", "rejected"} & set(history(document))) == 1


def test_one_idempotency_key_has_one_effect(level: str, boss: User) -> None:
    template = template_for(1, [[by_user(boss)]] * 2)
    for number in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        step = global_id("ApprovalStep", seat(document, boss).pk)
        send = partial(Api(boss).run, WITH_KEY, input={"stepId": step}, key=f"key-{number}")
        answers = at_once([send, send, forget_expired, send])
        assert [answer["approveStep"]["errors"] for answer in (*answers[:2], answers[3])] == [[], [], []]
    assert WorkflowEvent.objects.filter(kind="approved").count() == ROUNDS
    assert IdempotentRequest.objects.count() == ROUNDS


def test_a_cleanup_and_further_runs_do_not_meet(level: str, boss: User) -> None:
    template = template_for(3, [[by_user(boss)]])
    for _round in range(ROUNDS):
        ended, other = DocumentFactory(), DocumentFactory()
        attach_workflow_to_object(ended, template, boss)
        approve(ended, boss)
        clean = partial(cleanup_completed_workflow_attachments, older_than_days=0)
        calls = [clean, clean, *(partial(attach_workflow_to_object, obj, template, boss) for obj in (ended, other))]
        results = at_once(calls)
        assert told(results) == {"dict": 2, "WorkflowAttachment": 2}
        assert {open_steps(obj)[0].assigned_to for obj in (ended, other)} == {boss}


def test_a_model_that_several_register_at_once_has_what_all_said(level: str) -> None:
    for _round in range(ROUNDS):
        WorkflowConfiguration.objects.all().delete()
        results = at_once(
            [
                partial(register_model_for_workflow, Deal, stage_field="stage"),
                partial(register_model_for_workflow, Deal, auto_start=False),
                partial(configure_model, model=Deal, changes=ConfigurationChanges(status_field="status")),
            ]
        )
        assert told(results) == {"WorkflowConfiguration": 3}
        row = WorkflowConfiguration.objects.get()
        assert (row.stage_field, row.status_field) == ("stage", "status")


def test_a_transaction_that_is_committed_by_hand_is_a_caller_s(level: str, boss: User) -> None:
    document, template = DocumentFactory(), template_for(1, [[by_user(boss)]] * 2)
    transaction.set_autocommit(False)
    try:
        User.objects.count()
        attach_workflow_to_object(document, template, boss)
        transaction.rollback()
        attach_workflow_to_object(document, template, boss)
        approve(document, boss)
        transaction.commit()
    finally:
        transaction.set_autocommit(True)
    assert history(document) == ["attached", "started", "approved", "stage_moved"]


def test_in_a_transaction_of_the_caller_s_the_loser_is_told_of_a_conflict(level: str, boss: User) -> None:
    template = template_for(1, [[by_user(boss)]] * 2)

    def held(step: Any) -> Any:
        with transaction.atomic():
            User.objects.count()  # from here on a snapshot is what is read, where the level says so
            return approve_step(step_id=step.pk, actor=boss)

    for _round in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        results = at_once([partial(held, seat(document, boss))] * 3)
        refused = {StepAlreadyDecided.__name__, Conflict.__name__}
        assert told(results)["Decision"] <= 1
        assert set(told(results)) <= {"Decision", *refused, *_at_the_commit(level)}
        assert history(document).count("approved") == told(results)["Decision"]


def test_a_consensus_in_transactions_of_the_callers_is_never_left_half_decided(level: str) -> None:
    members = [UserFactory() for _ in range(3)]
    template = template_for(1, [[by_role(group_of(*members), "consensus")]] * 2)

    def held(step: Any) -> Any:
        with transaction.atomic():
            User.objects.count()
            return approve_step(step_id=step.pk, actor=step.assigned_to)

    for _round in range(ROUNDS):
        document = DocumentFactory()
        attach_workflow_to_object(document, template)
        first = open_steps(document)
        results = at_once([partial(held, step) for step in first])
        for step, result in zip(first, results, strict=True):
            if isinstance(result, Exception):  # its caller tries again
                approve_step(step_id=step.pk, actor=step.assigned_to)
        assert history(document).count("approved") == 3
        assert attachment_of(document).current_stage.order == 1


def _at_the_commit(level: str) -> set[str]:
    """What the database says when the caller itself commits: that is none of the engine's."""
    return {"OperationalError"} if level == "serializable" and connection.vendor == "postgresql" else set()
