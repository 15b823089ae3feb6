"""Locks: the order that a project keeps too, what is tried again, and what nobody waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from django_workflow_engine.actions.incidents import retry_action_run, skip_action_run
from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.errors import Conflict, NotFound, WorkflowError, WorkflowInactive, WorkflowIncomplete
from django_workflow_engine.models import ActionRun, Stage, WorkFlow, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import (
    ConfigurationChanges,
    approve_step,
    attach_workflow_to_object,
    configure_model,
    delegate_step,
    delete_workflow,
    register_model_for_workflow,
)
from django_workflow_engine.transactions import ATTEMPTS, verb
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.postgres.invariants import deadlocks
from tests.postgres.threads import ROUNDS, at_once, held, parted, wait_until_somebody_waits
from tests.runs import approve, asked, attachment_of, open_steps
from tests.testapp.models import Deal

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss() -> User:
    return UserFactory()


@pytest.mark.parametrize("locks", [True, False], ids=["locks first", "saves first"])
def test_a_project_that_holds_its_own_row_first_never_deadlocks(boss: User, locks: bool) -> None:
    register_model_for_workflow(Deal, status_field="status", stage_field="stage", completion_status_value="won")
    template = template_for(1, [[by_user(boss)]] * 2)

    def project(deal: Deal, step: Any) -> Any:
        with transaction.atomic():
            if locks:
                Deal.objects.select_for_update().get(pk=deal.pk)
            else:
                Deal.objects.filter(pk=deal.pk).update(title="Edited")
            return approve_step(step_id=step.pk, actor=boss)

    before = deadlocks()
    for _round in range(ROUNDS):
        deal = Deal.objects.create(title="Printer")
        attach_workflow_to_object(deal, template, boss)
        (step,) = open_steps(deal)
        calls = [lambda: project(deal, step), lambda: approve_step(step_id=step.pk, actor=boss)] * 2  # noqa: B023
        done, refused = parted(at_once(calls))
        assert (len(done), {type(error).__name__ for error in refused}) == (1, {"StepAlreadyDecided"})
    assert deadlocks() == before


def failing(state: str, times: int) -> tuple[Callable[[], str], list[int]]:
    """A verb whose statement fails so many times as the database itself says it."""
    tried: list[int] = []

    def call() -> str:
        tried.append(1)
        if len(tried) <= times:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'once' USING ERRCODE = '{state}'; END $$")
        return "done"

    return verb(call), tried


@pytest.mark.parametrize("state", ["40P01", "40001", "55P03"])
def test_what_met_others_is_tried_again_where_the_transaction_is_the_verb_s_own(state: str) -> None:
    call, tried = failing(state, times=2)
    assert (call(), len(tried)) == ("done", 3)
    hopeless, tried = failing(state, times=99)
    with pytest.raises(Conflict):
        hopeless()
    assert len(tried) == ATTEMPTS


def test_inside_of_a_caller_s_transaction_it_is_a_conflict_at_once() -> None:
    call, tried = failing("40P01", times=1)
    with transaction.atomic():
        with pytest.raises(Conflict):
            call()
        assert User.objects.count() == 0  # the caller's transaction goes on
    assert len(tried) == 1


def test_an_error_of_another_kind_stays_what_it_is() -> None:
    call, tried = failing("53200", times=1)
    with pytest.raises(OperationalError):
        call()
    assert len(tried) == 1


@pytest.fixture
def impatient() -> Iterator[None]:
    """A connection whose statements may take half a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '500ms'")
    yield
    connection.close()


def test_a_statement_that_took_too_long_is_a_conflict_and_does_not_take_as_long_again(
    boss: User, impatient: None
) -> None:
    document = DocumentFactory()
    attachment = attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), boss)
    (step,) = open_steps(document)
    with held(lambda: WorkflowAttachment.objects.select_for_update().get(pk=attachment.pk)):
        began = time.monotonic()
        with pytest.raises(Conflict, match="too long"):
            approve_step(step_id=step.pk, actor=boss)
        assert time.monotonic() - began < 2 * 0.5
        with pytest.raises(Conflict, match="too long"), transaction.atomic():
            approve_step(step_id=step.pk, actor=boss)
    approve(document, boss)


def test_nobody_waits_for_a_lock_eight_times_where_each_time_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_workflow_engine.transactions.PATIENCE_SECONDS", 0)
    hopeless, tried = failing("55P03", times=99)
    with pytest.raises(Conflict):
        hopeless()
    assert len(tried) == 1


def edits(template: WorkFlow) -> dict[str, Callable[[], Any]]:
    stages = Stage.objects.filter(pipeline__workflow=template)

    def empty() -> None:
        for stage in stages.order_by("pk"):
            stage.stage_info = {}
            stage.save()

    return {
        "emptied": empty,
        "switched off": lambda: WorkFlow.objects.filter(pk=template.pk).update(status="inactive", is_active=False),
        "deleted": lambda: delete_workflow(id=template.pk),
    }


@pytest.mark.parametrize(
    ("edit", "error"), [("emptied", WorkflowIncomplete), ("switched off", WorkflowInactive), ("deleted", NotFound)]
)
def test_what_is_frozen_is_judged_under_the_template_s_lock(boss: User, edit: str, error: type[Exception]) -> None:
    template, document = template_for(1, [[by_user(boss)]] * 3), DocumentFactory()
    results: list[Any] = []

    def attach() -> None:
        try:
            results.append(attach_workflow_to_object(document, template, boss))
        except Exception as refused:  # it is the result
            results.append(refused)
        finally:
            connection.close()

    thread = threading.Thread(target=attach)
    with transaction.atomic():
        WorkFlow.objects.select_for_update().get(pk=template.pk)
        thread.start()  # it finds the template complete, and waits for its lock
        wait_until_somebody_waits()
        edits(template)[edit]()
    thread.join(timeout=60)
    (refused,) = results
    assert isinstance(refused, error)
    assert not WorkFlow.objects.filter(is_hidden=True).exists()
    assert not WorkflowAttachment.objects.exists()


@pytest.mark.parametrize("edit", ["emptied", "switched off", "deleted"])
def test_a_template_that_is_edited_at_that_moment_is_attached_whole_or_not_at_all(boss: User, edit: str) -> None:
    allowed = (WorkflowIncomplete, WorkflowInactive, NotFound)
    for _round in range(ROUNDS):
        template = template_for(1, [[by_user(boss)]] * 3)
        made = [DocumentFactory() for _ in range(3)]
        calls = [lambda obj=obj: attach_workflow_to_object(obj, template, boss) for obj in made]  # noqa: B023
        results = at_once([*calls, edits(template)[edit]])[:3]
        assert not [error for error in results if isinstance(error, Exception) and not isinstance(error, allowed)]
        for version in WorkFlow.objects.filter(is_hidden=True, cloned_from=template.pk):
            assert version.validate_completeness()[0]


def test_a_delegate_who_is_deleted_at_that_moment_is_not_found_or_has_the_seat(boss: User) -> None:
    template = template_for(3, [[by_user(boss)]])
    for _round in range(ROUNDS):
        document, friend = DocumentFactory(), UserFactory()
        attach_workflow_to_object(document, template, boss)
        (step,) = open_steps(document)
        results = at_once(
            [
                lambda: delegate_step(step_id=step.pk, actor=boss, user_id=friend.pk),  # noqa: B023
                lambda: User.objects.filter(pk=friend.pk).delete(),  # noqa: B023
            ]
        )
        assert isinstance(results[0], WorkflowError) is (asked(document) == [boss])
        assert not isinstance(results[0], Exception) or isinstance(results[0], NotFound | Conflict)


def test_a_model_that_is_configured_by_two_at_once_for_the_first_time_has_what_both_said() -> None:
    for _round in range(ROUNDS):
        WorkflowConfiguration.objects.all().delete()
        results = at_once(
            [
                lambda: configure_model(model=Deal, changes=ConfigurationChanges(stage_field="stage")),
                lambda: configure_model(model=Deal, changes=ConfigurationChanges(status_field="status")),
                lambda: register_model_for_workflow(Deal, completion_status_value="won"),
            ]
        )
        assert {type(result) for result in results} == {WorkflowConfiguration}
        row = WorkflowConfiguration.objects.get()
        assert (row.stage_field, row.status_field, row.completion_status_value) == ("stage", "status", "won")


def test_a_cleanup_waits_for_nobody_and_nobody_waits_for_it(boss: User) -> None:
    template = template_for(3, [[by_user(boss)]])
    ended, going_on = DocumentFactory(), DocumentFactory()
    for document in (ended, going_on):
        attach_workflow_to_object(document, template, boss)
    approve(ended, boss)
    attachment = attachment_of(ended)
    with held(lambda: WorkflowAttachment.objects.select_for_update().get(pk=attachment.pk)):
        assert cleanup_completed_workflow_attachments(older_than_days=0)["attachments_deleted"] == 0
        approve(going_on, boss)
    assert cleanup_completed_workflow_attachments(older_than_days=0)["attachments_deleted"] == 2


def test_a_version_that_somebody_is_about_to_use_is_left_for_the_next_cleanup(boss: User) -> None:
    template = template_for(3, [[by_user(boss)]])
    document, other = DocumentFactory(), DocumentFactory()
    attach_workflow_to_object(document, template, boss)
    approve(document, boss)
    with held(lambda: attach_workflow_to_object(other, template, boss)):
        cleaned = cleanup_completed_workflow_attachments(older_than_days=0)
        assert (cleaned["attachments_deleted"], cleaned["versions_deleted"]) == (1, 0)
    assert asked(other) == [boss]
    assert ApprovalInstance.objects.filter(status="current").count() == 1


@pytest.mark.parametrize("seen_to", [retry_action_run, skip_action_run])
def test_an_action_that_somebody_else_sees_to_at_that_moment_is_a_conflict(boss: User, seen_to: Any) -> None:
    attachment = attach_workflow_to_object(DocumentFactory(), template_for(3, [[by_user(boss)]]), boss)
    run = ActionRun.objects.create(attachment=attachment, status="failed", workflow_id=attachment.workflow_id)
    with held(lambda: ActionRun.objects.select_for_update().get(pk=run.pk)):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(Conflict):
            seen_to(run.pk, None)
    assert seen_to(run.pk, None).status != "failed"
