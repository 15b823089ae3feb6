"""A group decides together, at the same moment: every approval counts once, and the run moves once."""

from __future__ import annotations

from collections import Counter

import pytest

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import StepAlreadyDecided
from tests.factories import STRATEGIES, by_role, group_of
from tests.postgres.races import approving, open_seats, rejecting, started, template
from tests.postgres.threads import parted
from tests.runs import attachment_of, history, steps_of

pytestmark = pytest.mark.postgres

MOVED = {1: [StepOutcome.STAGE_ADVANCED], 2: [StepOutcome.PIPELINE_ADVANCED], 3: []}


@pytest.fixture
def five(members):
    return group_of(*members[:5])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_consensus_of_five_at_once_moves_once_and_loses_no_approval(race, strategy, five):
    outcomes = [*MOVED[strategy], StepOutcome.WORKFLOW_COMPLETED]
    made = started(template(strategy, [[by_role(five, "consensus")]] * len(outcomes)))
    for last in outcomes:
        for decisions in race([[approving(seat) for seat in seats] for seats in open_seats(made)]):
            assert Counter(decision.outcome for decision in decisions) == {StepOutcome.STEP_APPROVED: 4, last: 1}
    for document in made:
        assert Counter(history(document))["approved"] == 5 * len(outcomes)
        assert {step.status for step in steps_of(document)} == {"approved"}


@pytest.mark.parametrize("strategy", [1, 3])
def test_a_quorum_of_two_among_five_at_once_takes_two_approvals(race, strategy, five):
    outcomes = [*MOVED[strategy], StepOutcome.WORKFLOW_COMPLETED]
    made = started(template(strategy, [[by_role(five, "quorum") | {"quorum_count": 2}]] * len(outcomes)))
    for last in outcomes:
        for results in race([[approving(seat) for seat in seats] for seats in open_seats(made)]):
            decisions, losers = parted(results)
            assert Counter(decision.outcome for decision in decisions) == {StepOutcome.STEP_APPROVED: 1, last: 1}
            assert [type(error) for error in losers] == [StepAlreadyDecided] * 3
            (winner,) = [decision.step.action_user for decision in decisions if decision.outcome == last]
            assert {error.step.action_user for error in losers} == {winner}
    for document in made:
        statuses = Counter(step.status for step in steps_of(document))
        assert statuses == {"approved": 2 * len(outcomes), "cancelled": 3 * len(outcomes)}


def test_a_rejection_among_the_approvals_of_a_consensus_ends_the_run_once(race, members):
    role = group_of(*members)
    made = started(template(1, [[by_role(role, "consensus")], [by_role(role)]]))
    verbs = [approving] * 5 + [rejecting]
    rounds = [[verb(seat) for verb, seat in zip(verbs, seats, strict=True)] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        decisions, losers = parted(results)
        assert {type(error) for error in losers} <= {StepAlreadyDecided}
        assert {error.step.action_user for error in losers} <= {members[5]}
        assert attachment_of(document).status == "rejected"
        statuses = Counter(step.status for step in steps_of(document))
        told = {"rejected": 1, "approved": len(decisions) - 1, "cancelled": len(losers)}
        assert statuses == Counter(told)
