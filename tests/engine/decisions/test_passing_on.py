"""Delegation and escalation: the seat goes on as it is, over the three strategies."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NoApprover,
    NotFound,
    NotYourStep,
    StepAlreadyDecided,
)
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    delegate_step,
    escalate_step,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, history, open_steps, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def friend() -> User:
    return UserFactory(username="friend")


def running(strategy: int, *approvals: dict[str, Any]) -> Any:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [list(approvals)]), UserFactory())
    return document


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_delegate_takes_the_seat_and_decides_it(strategy: int, friend: User) -> None:
    holder = UserFactory()
    document = running(strategy, by_user(holder))
    old = seat(document, holder)
    decision = delegate_step(step_id=old.pk, actor=holder, user_id=friend.pk, reason="On leave")
    assert decision.outcome == StepOutcome.DELEGATED
    assert asked(document) == [friend]
    assert decision.step == old
    old.refresh_from_db()
    assert (old.status, old.action_user, old.comment) == ("delegated", holder, "On leave")
    (link,) = seat(document, friend).delegation_chain
    assert {name: link[name] for name in ("from_user", "to_user", "kind", "reason")} == {
        "from_user": str(holder.pk),
        "to_user": str(friend.pk),
        "kind": "delegated",
        "reason": "On leave",
    }
    assert approve(document, friend).outcome == StepOutcome.WORKFLOW_COMPLETED
    told = history(document, "actor_name", "on_behalf_of_name", "comment")
    assert told[2] == ("delegated", holder.username, "", "On leave")
    assert told[3] == ("approved", "friend", holder.username, "")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_delegated_seat_of_a_consensus_counts_as_one_of_all(strategy: int, friend: User) -> None:
    first, second = UserFactory.create_batch(2)
    document = running(strategy, by_role(group_of(first, second), "consensus"))
    delegate_step(step_id=seat(document, first).pk, actor=first, user_id=friend.pk)
    moved = seat(document, friend)
    assert (moved.role_selection_strategy, moved.step_number) == ("consensus", 1)
    assert approve(document, friend).outcome == StepOutcome.STEP_APPROVED
    assert asked(document) == [second]
    assert approve(document, second).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_two_seats_of_one_step_may_be_delegated_and_a_seat_twice(friend: User) -> None:
    first, second, other, last = UserFactory.create_batch(4)
    document = running(3, by_role(group_of(first, second), "consensus"))
    delegate_step(step_id=seat(document, first).pk, actor=first, user_id=friend.pk)
    delegate_step(step_id=seat(document, second).pk, actor=second, user_id=other.pk)
    delegate_step(step_id=seat(document, friend).pk, actor=friend, user_id=last.pk)
    assert set(asked(document)) == {other, last}
    chain = seat(document, last).delegation_chain
    assert [link["to_user"] for link in chain] == [str(friend.pk), str(last.pk)]
    approve(document, last)
    assert approve(document, other).outcome == StepOutcome.WORKFLOW_COMPLETED
    assert len(steps_of(document)) == 5


def test_nobody_counts_twice_in_one_step() -> None:
    first, second = UserFactory.create_batch(2)
    document = running(3, by_role(group_of(first, second), "consensus"))
    with unchanged(), pytest.raises(Conflict) as refused:
        delegate_step(step_id=seat(document, first).pk, actor=first, user_id=second.pk)
    assert refused.value.path == ("user_id",)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_seat_is_given_back_to_whom_it_came_from(strategy: int, friend: User) -> None:
    first, second = UserFactory.create_batch(2)
    document = running(strategy, by_role(group_of(first, second), "consensus"))
    delegate_step(step_id=seat(document, first).pk, actor=first, user_id=friend.pk)
    with unchanged(), pytest.raises(Conflict):  # it never was this one's
        delegate_step(step_id=seat(document, second).pk, actor=second, user_id=first.pk)
    delegate_step(step_id=seat(document, friend).pk, actor=friend, user_id=first.pk, reason="Back")
    assert asked(document) == [second, first]
    approve(document, first)
    assert asked(document) == [second]
    assert approve(document, second).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_a_manager_who_passed_a_seat_down_gets_it_back(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    boss, clerk = UserFactory.create_batch(2)
    Profile.objects.create(user=clerk, manager=boss)
    document = running(3, by_user(boss))
    delegate_step(step_id=seat(document, boss).pk, actor=boss, user_id=clerk.pk)
    escalate_step(step_id=seat(document, clerk).pk, actor=clerk)
    assert approve(document, boss).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize("who", ["oneself", "nobody", "inactive", "text"])
def test_only_another_active_user_takes_a_seat(who: str) -> None:
    holder = UserFactory()
    receiver = {"oneself": holder.pk, "nobody": 10**6, "inactive": UserFactory(is_active=False).pk, "text": "x"}[who]
    document = running(3, by_user(holder))
    error = InvalidInput if who == "oneself" else NotFound
    with unchanged(), pytest.raises(error) as refused:
        delegate_step(step_id=seat(document, holder).pk, actor=holder, user_id=receiver)
    assert refused.value.path == ("user_id",)


def test_only_the_holder_passes_a_seat_on_and_only_once(friend: User) -> None:
    holder = UserFactory()
    document = running(3, by_user(holder))
    step = seat(document, holder)
    with unchanged(), pytest.raises(NotYourStep):
        delegate_step(step_id=step.pk, actor=friend, user_id=UserFactory().pk)
    delegate_step(step_id=step.pk, actor=holder, user_id=friend.pk)
    with unchanged(), pytest.raises(StepAlreadyDecided) as refused:
        approve_step(step_id=step.pk, actor=holder)
    assert refused.value.step.status == "delegated"


@pytest.fixture
def managed(settings: Any) -> User:
    """A user whose manager is known."""
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    user = UserFactory()
    Profile.objects.create(user=user, manager=UserFactory(username="boss"))
    return user


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_escalation_passes_the_seat_to_the_holder_s_manager(strategy: int, managed: User) -> None:
    document = running(strategy, by_role(group_of(managed, name="Staff"), "consensus"))
    decision = escalate_step(step_id=seat(document, managed).pk, actor=managed, reason="Too large for me")
    boss = User.objects.get(username="boss")
    assert (decision.outcome, asked(document)) == (StepOutcome.ESCALATED, [boss])
    (step,) = open_steps(document)
    assert (step.role_selection_strategy, step.escalation_level) == ("consensus", 1)
    assert approve(document, boss).outcome == StepOutcome.WORKFLOW_COMPLETED
    assert [kind for kind, _name in history(document, "actor_name")][2:4] == ["escalated", "approved"]


@pytest.mark.parametrize("missing", ["setting", "profile", "manager", "active"])
def test_without_an_active_manager_nothing_is_escalated(missing: str, managed: User, settings: Any) -> None:
    document = running(3, by_user(managed))
    if missing == "setting":
        del settings.APPROVAL_HEAD_MANAGER_FIELD
    if missing == "profile":
        Profile.objects.all().delete()
    if missing == "manager":
        Profile.objects.update(manager=None)
    if missing == "active":
        User.objects.filter(username="boss").update(is_active=False)
    actor = User.objects.get(pk=managed.pk)
    with unchanged(), pytest.raises(NoApprover):
        escalate_step(step_id=seat(document, managed).pk, actor=actor)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("own", ["created", "started"])
def test_a_seat_is_not_passed_to_whoever_may_not_decide_on_the_object(
    strategy: int, own: str, managed: User, settings: Any
) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {"FORBID_SELF_APPROVAL": True}
    boss = managed.profile.manager
    document = DocumentFactory(created_by=boss if own == "created" else None)
    attach_workflow_to_object(
        document, template_for(strategy, [[by_user(managed)]]), boss if own == "started" else UserFactory()
    )
    step = seat(document, managed)
    with unchanged(), pytest.raises(Forbidden) as refused:
        delegate_step(step_id=step.pk, actor=managed, user_id=boss.pk)
    assert refused.value.path == ("user_id",)
    with unchanged(), pytest.raises(Forbidden) as refused:
        escalate_step(step_id=step.pk, actor=managed)
    assert refused.value.path == ("step_id",)
    assert delegate_step(step_id=step.pk, actor=managed, user_id=UserFactory().pk).outcome == StepOutcome.DELEGATED
