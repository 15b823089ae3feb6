"""People who go while a run needs them: nobody takes their place by accident, and no run is lost."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import ErrorCode, StepOutcome
from django_workflow_engine.errors import NoApprover, NotYourStep
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    delegate_step,
    reject_step,
    start_workflow,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, place, seat
from tests.snapshot import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]
SECOND = {1: "Stage 2", 2: "Pipeline 2", 3: "Purchase approval (Copy)"}
FIRST = {1: "Stage 1", 2: "Pipeline 1", 3: "Purchase approval (Copy)"}


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def colleague():
    return UserFactory()


def template(strategy, first, then):
    """One approval, and another after it: at the next position, or at the one of strategy 3."""
    return template_for(strategy, [[first, then]] if strategy == 3 else [[first], [then]])


def start(strategy, first, then, **fields):
    document = DocumentFactory()
    attach_workflow_to_object(document, template(strategy, first, then), **fields)
    return document


def refused(call, *, position, path) -> NoApprover:
    with unchanged(), pytest.raises(NoApprover) as told:
        call()
    assert (told.value.code, told.value.position, told.value.path) == (ErrorCode.NO_APPROVER, position, path)
    return told.value


@pytest.mark.parametrize("by", ["leaving", "deactivation", "deletion of the group"])
def test_a_group_that_was_emptied_between_two_positions_stops_the_decision_and_not_the_run(
    strategy, by, boss, colleague
):
    role = group_of(colleague, name="Board")
    document = start(strategy, by_user(boss), by_role(role))
    where = place(document)
    if by == "leaving":
        role.user_set.clear()
    elif by == "deactivation":
        User.objects.filter(pk=colleague.pk).update(is_active=False)
    else:
        role.delete()
    step = seat(document, boss)
    refused(lambda: approve_step(step_id=step.pk, actor=boss), position=SECOND[strategy], path=("step_id",))
    assert (asked(document), place(document)) == ([boss], where)
    assert reject_step(step_id=step.pk, actor=boss, reason="No board").outcome == StepOutcome.WORKFLOW_REJECTED


def test_an_approver_who_was_deleted_before_the_attach_is_never_replaced(strategy, boss, colleague):
    workflow, document = template(strategy, by_user(boss), by_user(colleague)), DocumentFactory(created_by=colleague)
    boss.delete()
    attach = partial(attach_workflow_to_object, document, workflow, user=colleague)
    refused(attach, position=FIRST[strategy], path=("workflow_id",))
    begin = partial(start_workflow, attachment_id=attach(auto_start=False).pk, actor=colleague)
    refused(begin, position=FIRST[strategy], path=("attachment_id",))


def test_an_approver_who_was_deleted_between_two_positions_stops_the_decision(strategy, boss, colleague):
    document = start(strategy, by_user(boss), by_user(colleague))
    colleague.delete()
    step = seat(document, boss)
    refused(lambda: approve_step(step_id=step.pk, actor=boss), position=SECOND[strategy], path=("step_id",))
    assert asked(document) == [boss]


def test_an_approver_who_was_deleted_while_asked_leaves_an_empty_seat_that_nobody_takes(strategy, boss, colleague):
    document = start(strategy, by_user(boss), by_user(colleague), user=colleague)
    boss.delete()
    (step,) = open_steps(document)
    assert step.assigned_to is None
    for stranger in (colleague, User.objects.create_superuser("root")):
        with unchanged(), pytest.raises(NotYourStep):
            approve_step(step_id=step.pk, actor=stranger)
        with unchanged(), pytest.raises(NotYourStep):
            delegate_step(step_id=step.pk, actor=stranger, user_id=colleague.pk)
    cancelled = cancel_workflow(attachment_id=attachment_of(document).pk, actor=colleague, reason="The boss has left")
    assert (cancelled.status, open_steps(document)) == ("cancelled", [])


def test_the_other_members_of_a_role_decide_when_one_of_them_is_deleted_while_asked(strategy, boss, colleague):
    third = UserFactory()
    document = start(strategy, by_role(group_of(boss, colleague)), by_user(third))
    boss.delete()
    assert asked(document) == [None, colleague]
    approve(document, colleague)
    assert asked(document) == [third]


def test_what_a_deleted_approver_decided_stays_told(strategy, boss, colleague):
    document = start(strategy, by_user(boss), by_user(colleague))
    approve(document, boss, comment="Fine")
    name, key = boss.username, str(boss.pk)
    boss.delete()
    told = [line[1:] for line in history(document, "actor_name", "actor_id", "comment") if line[0] == "approved"]
    assert told == [(name, key, "Fine")]
    approve(document, colleague)
    assert attachment_of(document).status == "completed"
