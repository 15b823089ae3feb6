"""Claims under races: one has the approval, and whoever comes second is told who."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from django_workflow_engine.errors import Conflict, StepAlreadyDecided, StepClaimed
from django_workflow_engine.services import Decision, claim_step, release_step
from tests.factories import UserFactory, by_role, group_of
from tests.postgres.races import approving, open_seats, started, template
from tests.postgres.threads import parted
from tests.runs import attachment_of, history

pytestmark = pytest.mark.postgres


@pytest.fixture
def made():
    """Documents whose approval one of four may give."""
    return started(template(1, [[by_role(group_of(*UserFactory.create_batch(4)))]]), UserFactory())


def claiming(seat):
    return partial(claim_step, step_id=seat.pk, actor=seat.assigned_to)


def test_of_claims_at_once_one_holds(race, made):
    rounds = [[claiming(seat) for seat in seats] for seats in open_seats(made)]
    for results in race(rounds):
        (decision,), late = parted(results)
        assert {type(error) for error in late} == {StepClaimed}
        assert {error.claimed_by for error in late} == {decision.step.assigned_to.username}


def test_a_claim_and_an_approval_at_once_are_in_some_order(race, made):
    rounds = [[claiming(seats[0]), approving(seats[1]), approving(seats[0])] for seats in open_seats(made)]
    for document, (claimed, by_another, by_the_same) in zip(made, race(rounds), strict=True):
        decided = [one for one in (by_another, by_the_same) if isinstance(one, Decision)]
        assert (len(decided), attachment_of(document).status) == (1, "completed")
        if isinstance(claimed, Decision):
            assert isinstance(by_another, StepClaimed | StepAlreadyDecided)
        else:
            assert isinstance(claimed, StepAlreadyDecided)


def test_a_release_and_a_claim_at_once_leave_one_claim_or_none(race, made):
    race([[claiming(seats[0])] for seats in open_seats(made)])
    rounds = [
        [partial(release_step, step_id=seats[0].pk, actor=seats[0].assigned_to), claiming(seats[1])]
        for seats in open_seats(made)
    ]
    for document, (released, claimed) in zip(made, race(rounds), strict=True):
        assert not isinstance(released, Conflict)
        told = Counter(history(document))
        assert told["released"] == 1
        assert told["claimed"] == 1 + isinstance(claimed, Decision)
        assert isinstance(claimed, Decision | StepClaimed)
