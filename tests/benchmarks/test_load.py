"""`make loadtest` for some seconds, and what it would say of rows that are wrong."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection

from benchmarks.load.answers import NO_ANSWER, Answer
from benchmarks.load.invariants import Before, breaches, look
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from tests.benchmarks.commands import run
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, seat

pytestmark = pytest.mark.postgres


@pytest.mark.redis
def test_two_workers_decide_and_every_row_is_right() -> None:
    said = run("benchmarks.load", SECONDS="3", RUNS="600", CLIENTS="8")
    assert re.search(r"^\d+ decisions in .* a second", said, re.MULTILINE)
    assert re.search(r"^ *(inbox|attachment) +\d+", said, re.MULTILINE)
    assert "Every row is as it must be." in said


@pytest.fixture
def before() -> Before:
    return look()


@pytest.fixture
def decided(db: None, before: Before) -> Answer:
    """A decision that was answered: the first one of a run with three positions."""
    user: User = UserFactory()
    document = DocumentFactory(created_by=UserFactory())
    template = template_for(WorkflowStrategy.WORKFLOW_PIPELINE_STAGE, [[by_user(user)]] * 3)
    attachment = attach_workflow_to_object(document, template, document.created_by)
    step = seat(document, user).pk
    approve(document, user)
    return Answer(name="approve", milliseconds=1, step=step, attachment=attachment.pk)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_right_rows_have_nothing_to_be_said_of(decided: Answer, before: Before) -> None:
    assert list(breaches(before, [decided])) == []


def test_a_decision_that_was_answered_twice_is_lost_once(decided: Answer, before: Before) -> None:
    assert [line.split(",")[0] for line in breaches(before, [decided, decided])] == [
        "steps: 1 answered decisions are lost",
        "events: 1 answered decisions are lost",
    ]


def test_a_decision_that_nobody_was_answered_is_told(decided: Answer, before: Before) -> None:
    assert [line.split(",")[0] for line in breaches(before, [])] == [
        "steps: 1 decisions are there that nobody was answered",
        "events: 1 decisions are there that nobody was answered",
    ]


def test_a_decision_without_an_answer_may_be_there_or_not(decided: Answer, before: Before) -> None:
    unknown = Answer(
        name="approve", milliseconds=1, step=decided.step, attachment=decided.attachment, codes=[NO_ANSWER]
    )
    elsewhere = Answer(name="reject", milliseconds=1, step=decided.step, codes=[NO_ANSWER])
    assert list(breaches(before, [unknown, elsewhere])) == []


def test_a_position_that_was_left_out_is_told(decided: Answer, before: Before) -> None:
    execute("UPDATE approval_workflow_approvalinstance SET step_number = 3 WHERE status = 'current'")
    assert {line.split(":")[0] for line in breaches(before, [decided])} == {
        "every step stands at its position of the route",
        "no position is left out",
    }


def test_a_run_in_progress_without_an_open_step_is_told(decided: Answer, before: Before) -> None:
    WorkflowAttachment.objects.filter(pk=decided.attachment).update(status="rejected")
    rules = {line.split(":")[0] for line in breaches(before, [decided])}
    assert "no other attachment has a step open" in rules


def test_an_event_that_is_missing_is_told(decided: Answer, before: Before) -> None:
    execute(f"DELETE FROM {WorkflowEvent._meta.db_table} WHERE kind = 'approved'")
    rules = {line.split(":")[0] for line in breaches(before, [decided])}
    assert {"events", "every decided step has its lines in the audit trail"} <= rules
