"""The whole run is called off or sent back while somebody decides, and an old step is decided beside a new one."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import NotInProgress, StepAlreadyDecided
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import Decision, cancel_workflow
from tests.factories import UserFactory, by_role, by_user, group_of
from tests.postgres.races import approving, one_winner, open_seats, rejecting, sending_back, started, template
from tests.postgres.threads import parted
from tests.runs import attachment_of, place

pytestmark = pytest.mark.postgres


@pytest.fixture
def boss():
    return UserFactory(username="boss")


def cancelling(document, starter):
    return partial(cancel_workflow, attachment_id=attachment_of(document).pk, actor=starter, reason="Not needed")


def test_a_run_cancelled_while_its_last_step_is_approved_ends_in_one_way(race, boss):
    starter = UserFactory()
    made = started(template(3, [[by_user(boss)]]), starter)
    seats = open_seats(made)
    rounds = [[approving(seat), cancelling(document, starter)] for document, (seat,) in zip(made, seats, strict=True)]
    for document, results in zip(made, race(rounds), strict=True):
        (winner,), (loser,) = parted(results)
        status = attachment_of(document).status
        if status == "completed":
            assert (type(winner), type(loser), loser.status) == (Decision, NotInProgress, "completed")
        else:
            assert (type(winner), type(loser), status) == (WorkflowAttachment, StepAlreadyDecided, "cancelled")
            assert (loser.step.action_user, loser.attachment.status) == (starter, "cancelled")


def test_a_run_cancelled_while_it_moves_is_cancelled_before_or_after(race, boss):
    starter = UserFactory()
    made = started(template(1, [[by_user(boss)]] * 2), starter)
    seats = open_seats(made)
    rounds = [[approving(seat), cancelling(document, starter)] for document, (seat,) in zip(made, seats, strict=True)]
    for document, (approval, cancellation) in zip(made, race(rounds), strict=True):
        assert cancellation.status == attachment_of(document).status == "cancelled"
        if isinstance(approval, Decision):
            assert (approval.outcome, place(document)[1]) == (StepOutcome.STAGE_ADVANCED, "Stage 2")
        else:
            assert (type(approval), place(document)[1]) == (StepAlreadyDecided, "Stage 1")


@pytest.mark.parametrize("verb", [approving, rejecting, sending_back])
def test_a_run_sent_back_while_somebody_decides_goes_one_way(race, members, verb):
    role = group_of(*members[:2])
    made = started(template(1, [[by_role(role)], [by_role(role)]]))
    stands = {
        StepOutcome.STAGE_ADVANCED: ("in_progress", "Stage 2", 2),
        StepOutcome.WORKFLOW_REJECTED: ("rejected", "Stage 1", 0),
        StepOutcome.RESUBMISSION_REQUESTED: ("in_progress", "Stage 1", 2),
    }
    rounds = [[sending_back(first), verb(second)] for first, second in open_seats(made)]
    answers = race(rounds)
    for document, results, seats in zip(made, answers, open_seats(made), strict=True):
        outcome = one_winner(results).outcome
        assert (attachment_of(document).status, place(document)[1], len(seats)) == stands[outcome]


def test_a_step_of_the_last_position_decided_beside_the_current_one_changes_nothing(race, boss):
    made = started(template(1, [[by_user(boss)]] * 3))
    old = open_seats(made)
    race([[approving(seat)] for (seat,) in old])
    now = open_seats(made)
    rounds = [
        [rejecting(before), approving(current), approving(before)]
        for (before,), (current,) in zip(old, now, strict=True)
    ]
    for document, (rejection, approval, again) in zip(made, race(rounds), strict=True):
        assert [type(error) for error in (rejection, again)] == [StepAlreadyDecided] * 2
        assert {error.step.action_user for error in (rejection, again)} == {boss}
        assert approval.outcome == StepOutcome.PIPELINE_ADVANCED
        assert (attachment_of(document).status, place(document)[1]) == ("in_progress", "Stage 3")
