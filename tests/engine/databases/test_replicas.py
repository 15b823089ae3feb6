"""A router that reads from a replica: what a verb decides on, and what it answers, is read where it is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from django_workflow_engine.actions.runner import run_due
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.models import ActionRun
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    create_workflow,
    delegate_step,
    get_workflow_attachment,
    reject_step,
)
from gql_workflows.ids import global_id
from tests.api.documents import APPROVE
from tests.client import Api
from tests.engine.databases.routers import Replica
from tests.factories import DocumentFactory, UserFactory, by_user, spec_for, template_for
from tests.runs import open_steps, seat
from tests.testapp.models import Document

SIGN = ActionSpec(action_type="after_approve", function_path="tests.testapp.workflow_actions.sign")


@pytest.fixture
def boss(db: None) -> User:
    return UserFactory()


@pytest.fixture
def document(boss: User) -> Document:
    """It waits for the boss at the first of two positions, and a decision has an action."""
    made = DocumentFactory()
    attach_workflow_to_object(made, template_for(1, [[by_user(boss)]] * 2, actions=[SIGN]), boss)
    return made


@pytest.fixture
def replica() -> Iterator[Replica]:
    """The router; to be taken last, when everything is made that the test needs."""
    router = Replica()
    with override_settings(DATABASE_ROUTERS=[router]):
        yield router


def test_verbs_read_no_replica(document, boss, django_capture_on_commit_callbacks, replica):
    other, again, spec = UserFactory(), DocumentFactory(), spec_for(3, [[by_user(boss)]])
    for work in (
        lambda step: delegate_step(step_id=step.pk, actor=boss, user_id=other.pk, reason="Away"),
        lambda step: approve_step(step_id=step.pk, actor=other),
        lambda step: attach_workflow_to_object(again, create_workflow(spec=spec), boss),
        lambda step: reject_step(step_id=step.pk, actor=boss, reason="No"),
    ):
        step = open_steps(document)[0]
        replica.asked.clear()
        with django_capture_on_commit_callbacks(execute=True):
            work(step)
        assert replica.asked == []
    assert get_workflow_attachment(document).status == "rejected"


def test_actions_are_found_and_run_where_they_were_written(document, boss, replica):
    approve_step(step_id=seat(document, boss).pk, actor=boss)
    replica.asked.clear()
    assert run_due(grace=None, limit=1).total() == 0  # the grace period lasts: it was looked for, and left
    assert replica.asked == []
    assert ActionRun.objects.count() == 1


def test_a_cleanup_finds_its_runs_where_they_are_deleted(document, boss, replica):
    reject_step(step_id=seat(document, boss).pk, actor=boss, reason="No")
    replica.asked.clear()
    assert cleanup_completed_workflow_attachments(older_than_days=0)["attachments_deleted"] == 1
    assert replica.asked == []


def test_a_mutation_answers_with_what_it_wrote(document, boss, replica):
    client, step = Api(boss), seat(document, boss)
    replica.asked.clear()
    answer = client.run(APPROVE, input={"stepId": global_id("ApprovalStep", step.pk)})["approveStep"]
    assert answer["attachment"]["currentSteps"]
    assert replica.asked == []


def test_who_asks_is_seen_where_people_sign_in(boss, replica):
    client = Api(boss)
    replica.asked.clear()
    assert client.run("{ viewer { user { username } } }")["viewer"]["user"]["username"] == boss.username
    assert not {"sessions.Session", "auth.User"} & set(replica.asked)


def test_the_projects_own_reads_are_its_routers(document, replica):
    replica.asked.clear()
    assert get_workflow_attachment(document) is not None
    assert "django_workflow_engine.WorkflowAttachment" in replica.asked
