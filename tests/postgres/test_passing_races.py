"""A seat is passed on while somebody decides: it is decided, or it goes on as it is, and never both."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from django_workflow_engine.choices import StepOutcome
from tests.factories import UserFactory, by_role, by_user, group_of
from tests.postgres.races import approving, delegating, escalating, one_winner, open_seats, started, template
from tests.runs import attachment_of, steps_of
from tests.testapp.models import Profile

pytestmark = pytest.mark.postgres

PASSED = {StepOutcome.DELEGATED, StepOutcome.ESCALATED}


@pytest.fixture
def chief():
    return UserFactory(username="chief")


@pytest.fixture
def holder(chief):
    user = UserFactory(username="holder")
    Profile.objects.create(user=user, manager=chief)
    return user


def assert_goes_on(document, decision, receivers):
    """A decided seat ended the run; one that was passed on waits for its one receiver."""
    last = steps_of(document)[-1]
    if decision.outcome in PASSED:
        assert (attachment_of(document).status, last.status) == ("in_progress", "current")
        assert last.assigned_to in receivers
    else:
        assert decision.outcome == StepOutcome.WORKFLOW_COMPLETED
        assert (attachment_of(document).status, last.status) == ("completed", "approved")


@pytest.mark.parametrize(
    "verbs",
    [("approve", "delegate"), ("approve", "escalate"), ("delegate", "delegate")],
    ids="-".join,
)
def test_one_seat_decided_or_passed_on_at_once_has_one_winner(race, holder, chief, verbs):
    friends = UserFactory.create_batch(2)
    made = started(template(3, [[by_user(holder)]]))
    calls = {"approve": approving, "escalate": escalating}
    rounds = [
        [calls.get(verb, partial(delegating, to=friend))(seat) for verb, friend in zip(verbs, friends, strict=True)]
        for (seat,) in open_seats(made)
    ]
    for document, results in zip(made, race(rounds), strict=True):
        assert_goes_on(document, one_winner(results), [*friends, chief])
    rest = [[approving(seat)] for seats in open_seats(made) for seat in seats]
    assert {results[0].outcome for results in race(rest)} <= {StepOutcome.WORKFLOW_COMPLETED}
    assert {attachment_of(document).status for document in made} == {"completed"}


def test_a_seat_of_a_consensus_passed_on_among_approvals_keeps_its_vote(race, members):
    friend = members[5]
    made = started(template(1, [[by_role(group_of(*members[:5]), "consensus")]] * 2))
    rounds = [[*(approving(seat) for seat in seats[:4]), delegating(seats[4], to=friend)] for seats in open_seats(made)]
    told = {StepOutcome.STEP_APPROVED: 4, StepOutcome.DELEGATED: 1}
    for decisions in race(rounds):
        assert Counter(decision.outcome for decision in decisions) == told
    left = open_seats(made)
    assert [[seat.assigned_to for seat in seats] for seats in left] == [[friend]] * len(made)
    for (decision,) in race([[approving(seat)] for (seat,) in left]):
        assert decision.outcome == StepOutcome.STAGE_ADVANCED
