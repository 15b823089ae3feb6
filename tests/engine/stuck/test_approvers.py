"""A run is stuck once what it asks can be completed by nobody who is left, and no sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from django_workflow_engine.choices import StuckProblem, TimerKind, WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import delegate_step, fire_due_timers, reassign_step, stuck_runs
from tests.clock import at
from tests.engine.approvers.test_permissions import permitted
from tests.engine.deadlines.deadlines import within
from tests.engine.decisions import test_at_once
from tests.engine.stuck.finding import deactivate, message_of, problem_of, problems, started
from tests.factories import STRATEGIES, UserFactory, by_role, by_user, group_of
from tests.runs import approve, asked, attachment_of, open_steps, seat

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]
NOBODY = StuckProblem.NO_ACTIVE_APPROVER


@pytest.fixture
def ann() -> User:
    return UserFactory(username="ann")


@pytest.fixture
def ben() -> User:
    return UserFactory(username="ben")


@pytest.fixture
def cid() -> User:
    return UserFactory(username="cid")


def test_who_is_asked_instead_has_no_vote_of_those_before(strategy: int, ann: User, ben: User, cid: User) -> None:
    """Of three, two of whom have to approve, one had; then the time was up."""
    voters = by_role(group_of(*UserFactory.create_batch(2), ann), "quorum") | {"quorum_count": 2}
    begun = timezone.now()
    document = started(strategy, within(voters, "P2D", on_timeout="fallback", fallback_user=cid.pk))
    approve(document, ann)
    with at(begun + timedelta(days=3)):
        assert fire_due_timers() == {TimerKind.TIMEOUT: 1}
    assert (asked(document), problem_of(document)) == ([cid], None)
    deactivate(cid)
    assert problem_of(document) == NOBODY


class TestOneWhoIsAsked:
    def test_is_inactive(self, strategy: int, ann: User, ben: User) -> None:
        document, other = started(strategy, by_user(ann)), started(strategy, by_user(ben))
        assert problems() == {}
        deactivate(ann)
        assert problems() == {attachment_of(document).pk: NOBODY}
        assert message_of(document) == "Nobody can complete what is asked: ann is inactive."
        assert problem_of(other) is None

    def test_was_deleted(self, strategy: int, ann: User) -> None:
        document = started(strategy, by_user(ann))
        ann.delete()
        assert problem_of(document) == NOBODY
        told = "Nobody can complete what is asked: the account of whoever was asked was deleted."
        assert message_of(document) == told

    def test_left_the_role(self, strategy: int, ann: User) -> None:
        role = group_of(ann)
        document = started(strategy, by_role(role))
        assert problem_of(document) is None
        role.user_set.remove(ann)
        assert problem_of(document) == NOBODY
        assert message_of(document) == "Nobody can complete what is asked: ann has left the role."
        role.user_set.add(ann)
        assert problem_of(document) is None

    def test_whose_role_is_gone(self, strategy: int, ann: User) -> None:
        role = group_of(ann)
        document = started(strategy, by_role(role))
        role.delete()
        assert problem_of(document) == StuckProblem.ROLE_GONE
        assert message_of(document) == "The role whose members are asked does not exist any more."

    def test_who_took_the_seat_over_needs_no_role(self, strategy: int, ann: User, ben: User) -> None:
        role = group_of(ann)
        document = started(strategy, by_role(role))
        delegate_step(step_id=seat(document, ann).pk, actor=ann, user_id=ben.pk)
        role.delete()
        assert problem_of(document) is None
        deactivate(ben)
        assert problem_of(document) == NOBODY

    def test_reassigning_helps(self, strategy: int, ann: User, ben: User) -> None:
        document, root = started(strategy, by_user(ann)), UserFactory(is_superuser=True, is_staff=True)
        deactivate(ann)
        reassign_step(step_id=open_steps(document)[0].pk, actor=root, user_id=ben.pk, reason="Left")
        assert problem_of(document) is None

    def test_lost_the_permission_that_is_needed(self, strategy: int, settings: Any) -> None:
        needed = {"REQUIRE_PERMISSION_TO_APPROVE": True}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "PERMISSIONS": needed}
        able = permitted()
        document = started(strategy, by_user(able))
        assert problem_of(document) is None
        Permission.objects.get(codename="approve_workflow").group_set.clear()
        assert problem_of(document) == NOBODY
        assert message_of(document) == (
            f"Nobody can complete what is asked: {able.username} lacks the permission to approve."
        )
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "PERMISSIONS": {}}
        assert problem_of(document) is None


class TestSeveralWhoShareIt:
    def test_anyone_goes_on_with_whoever_is_left(self, strategy: int, ann: User, ben: User) -> None:
        role = group_of(ann, ben)
        document = started(strategy, by_role(role))
        deactivate(ann)
        assert problem_of(document) is None
        role.user_set.remove(ben)
        assert problem_of(document) == NOBODY
        told = "Nobody can complete what is asked: ann is inactive; ben has left the role."
        assert message_of(document) == told

    def test_who_joins_later_has_no_seat(self, strategy: int, ann: User, ben: User) -> None:
        role = group_of(ann)
        document = started(strategy, by_role(role))
        deactivate(ann)
        role.user_set.add(ben)
        assert problem_of(document) == NOBODY

    def test_a_consensus_misses_each(self, strategy: int, ann: User, ben: User, cid: User) -> None:
        document = started(strategy, by_role(group_of(ann, ben, cid), "consensus"))
        approve(document, ann)
        deactivate(ann)
        assert problem_of(document) is None
        deactivate(ben)
        assert problem_of(document) == NOBODY

    @pytest.mark.parametrize("approved", [0, 1])
    def test_a_number_can_be_reached_or_not(
        self, strategy: int, ann: User, ben: User, cid: User, approved: int
    ) -> None:
        quorum = by_role(group_of(ann, ben, cid), "quorum") | {"quorum_count": 2}
        document = started(strategy, quorum)
        if approved:
            approve(document, ann)
        deactivate(ann)
        assert problem_of(document) is None
        deactivate(ben)
        assert problem_of(document) == (None if approved else NOBODY)
        deactivate(cid)
        assert problem_of(document) == NOBODY

    def test_an_approval_counts_whatever_became_of_the_account(
        self, strategy: int, ann: User, ben: User, cid: User
    ) -> None:
        document = started(strategy, by_role(group_of(ann, ben, cid), "quorum") | {"quorum_count": 2})
        approve(document, ann)
        ann.delete()
        deactivate(ben)
        assert problem_of(document) is None
        assert approve(document, cid).outcome == "workflow_completed"

    def test_more_than_three_names_are_not_told(self, strategy: int) -> None:
        people = [UserFactory(username=f"who-{number}") for number in range(5)]
        document = started(strategy, by_role(group_of(*people)))
        deactivate(*people)
        told = "who-0 is inactive; who-1 is inactive; who-2 is inactive; …"
        assert message_of(document) == f"Nobody can complete what is asked: {told}."


class TestSeveralApprovalsAtOnce:
    def at_once(self, strategy: WorkflowStrategy, *people: User, **rules: Any) -> Any:
        spec = test_at_once.at_once(strategy, [by_user(user) for user in people], UserFactory(), **rules)
        return test_at_once.started(spec)

    def test_all_are_needed(self, strategy: WorkflowStrategy, ann: User, ben: User, cid: User) -> None:
        document = self.at_once(strategy, ann, ben, cid)
        deactivate(ann)
        assert problem_of(document) == NOBODY

    @pytest.mark.parametrize("approved", [0, 1])
    def test_so_many_are_enough(
        self, strategy: WorkflowStrategy, ann: User, ben: User, cid: User, approved: int
    ) -> None:
        document = self.at_once(strategy, ann, ben, cid, required_approvals=2)
        beside = self.at_once(strategy, ann, required_approvals=None)
        if approved:
            approve(document, cid)
        deactivate(ann)
        assert problems() == {attachment_of(beside).pk: NOBODY}
        deactivate(ben)
        assert problem_of(document) == NOBODY


def test_only_the_runs_that_are_named_are_looked_at(strategy: int, ann: User) -> None:
    one, other = started(strategy, by_user(ann)), started(strategy, by_user(ann))
    deactivate(ann)
    assert set(stuck_runs()) == {attachment_of(one), attachment_of(other)}
    assert list(stuck_runs(WorkflowAttachment.objects.for_object(other))) == [attachment_of(other)]


def test_a_run_that_has_ended_is_not_stuck(strategy: int, ann: User) -> None:
    document = started(strategy, by_user(ann))
    approve(document, ann)
    deactivate(ann)
    document.delete()
    assert problems() == {}


def test_the_list_costs_as_many_statements_for_many_as_for_one(
    strategy: int, ann: User, django_assert_num_queries: Any
) -> None:
    for number, together in ((1, 2), (9, 20)):
        for _number in range(number):
            left, gone = group_of(ann), group_of(ann)
            started(strategy, by_role(left))
            started(strategy, by_role(gone))
            left.user_set.clear()
            gone.delete()
        with django_assert_num_queries(7):
            assert stuck_runs().count() == together
