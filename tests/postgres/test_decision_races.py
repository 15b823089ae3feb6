"""Many people decide one approval at the same moment: one wins, everyone else is told so, and nothing is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from django_workflow_engine.choices import StepOutcome
from tests.factories import UserFactory, by_role, by_user, group_of
from tests.postgres.races import approving, one_winner, open_seats, rejecting, started, template
from tests.postgres.threads import ROUNDS
from tests.runs import attachment_of, history, place, steps_of

pytestmark = pytest.mark.postgres

APPROVES = [approving] * 6
REJECTS = [rejecting] * 6
BOTH = [approving, rejecting] * 3


def assert_moved_or_rejected(document, decision):
    """The run went one position on, once, or it ended where it stood."""
    kinds = Counter(history(document))
    told = (kinds["approved"], kinds["rejected"], kinds["stage_moved"])
    stands = (attachment_of(document).status, place(document)[1])
    if decision.outcome == StepOutcome.WORKFLOW_REJECTED:
        assert (told, stands) == ((0, 1, 0), ("rejected", "Stage 1"))
    else:
        assert decision.outcome == StepOutcome.STAGE_ADVANCED
        assert (told, stands) == ((1, 0, 1), ("in_progress", "Stage 2"))


@pytest.mark.parametrize("verbs", [APPROVES, REJECTS, BOTH], ids=["approve", "reject", "approve-reject"])
def test_seats_of_anyone_decided_at_once_have_one_winner(race, members, verbs):
    role = group_of(*members)
    made = started(template(1, [[by_role(role)], [by_role(role)], [by_role(role)]]))
    rounds = [[verb(seat) for verb, seat in zip(verbs, seats, strict=True)] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        decision = one_winner(results)
        assert_moved_or_rejected(document, decision)
        first = [step for step in steps_of(document) if step.step_number == 1]
        assert Counter(step.status for step in first) == {decision.step.status: 1, "cancelled": 5}
        assert {step.action_user for step in first} == {decision.step.action_user}


@pytest.mark.parametrize(
    "verbs", [APPROVES[:2], BOTH[:2], BOTH], ids=["two-approve", "one-approves-one-rejects", "six"]
)
def test_one_seat_decided_by_many_at_once_has_one_winner(race, verbs):
    made = started(template(1, [[by_user(UserFactory())]] * 3))
    rounds = [[verb(seat) for verb in verbs] for (seat,) in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        assert_moved_or_rejected(document, one_winner(results))


def test_whole_runs_raced_for_at_every_step_complete_once(race, members):
    role = group_of(*members)
    made = started(template(1, [[by_role(role)]] * 4), rounds=max(1, ROUNDS // 4))
    for expected in ("stage_advanced", "pipeline_advanced", "stage_advanced", "workflow_completed"):
        rounds = [[approving(seat) for seat in seats] for seats in open_seats(made)]
        assert {one_winner(results).outcome for results in race(rounds)} == {expected}
    for document in made:
        assert attachment_of(document).status == "completed"
        kinds = Counter(history(document))
        assert (kinds["approved"], kinds["stage_moved"], kinds["pipeline_moved"], kinds["completed"]) == (4, 3, 1, 1)
