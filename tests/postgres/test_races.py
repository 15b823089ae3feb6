"""Many people decide at the same moment: one wins, everyone else is told so, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import StepAlreadyDecided
from django_workflow_engine.services import approve_step, attach_workflow_to_object, reject_step
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.postgres.invariants import assert_consistent
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.runs import attachment_of, history, open_steps, place, seat, steps_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def members():
    return UserFactory.create_batch(6)


def approving(step, user):
    return partial(approve_step, step_id=step.pk, actor=user)


def rejecting(step, user):
    return partial(reject_step, step_id=step.pk, actor=user, reason="No")


def started(workflow):
    document = DocumentFactory()
    attach_workflow_to_object(document, workflow)
    return document


def assert_one_winner(document, results):
    """One decision, and everyone else told who won; the run went one position on, or ended."""
    (decision,), losers = parted(results)
    assert {type(error) for error in losers} == {StepAlreadyDecided}
    winner = decision.step.action_user
    assert {error.step.action_user for error in losers} == {winner}
    attachment = assert_consistent(document)
    assert {error.attachment.status for error in losers} == {attachment.status}
    kinds = Counter(history(document))
    if decision.outcome == StepOutcome.WORKFLOW_REJECTED:
        assert (attachment.status, place(document)[1]) == ("rejected", "Stage 1")
        assert (kinds["approved"], kinds["rejected"], kinds["stage_moved"]) == (0, 1, 0)
    else:
        assert decision.outcome == StepOutcome.STAGE_ADVANCED
        assert (attachment.status, place(document)[1]) == ("in_progress", "Stage 2")
        assert (kinds["approved"], kinds["rejected"], kinds["stage_moved"]) == (1, 0, 1)
    return decision


def test_seats_of_anyone_decided_at_once_have_one_winner(members):
    role = group_of(*members)
    workflow = template_for(1, [[by_role(role)], [by_role(role)], [by_role(role)]])
    for _ in range(ROUNDS):
        document = started(workflow)
        verbs = [approving, rejecting] * 3
        calls = [verb(seat(document, member), member) for verb, member in zip(verbs, members, strict=True)]
        decision = assert_one_winner(document, at_once(calls))
        first = [step for step in steps_of(document) if step.step_number == 1]
        assert Counter(step.status for step in first) == {decision.step.status: 1, "cancelled": 5}
        assert {step.action_user for step in first} == {decision.step.action_user}


@pytest.mark.parametrize("verbs", [[approving] * 8, [rejecting] * 8, [approving, rejecting] * 4])
def test_one_seat_decided_by_many_at_once_has_one_winner(verbs):
    boss = UserFactory()
    workflow = template_for(1, [[by_user(boss)]] * 3)
    for _ in range(ROUNDS):
        document = started(workflow)
        step = seat(document, boss)
        assert_one_winner(document, at_once([verb(step, boss) for verb in verbs]))


def test_a_whole_run_raced_for_at_every_step_completes_once(members):
    role = group_of(*members)
    workflow = template_for(1, [[by_role(role)]] * 4)
    for _ in range(max(1, ROUNDS // 4)):
        document = started(workflow)
        outcomes = []
        for _position in range(4):
            (decision,), losers = parted(at_once([approving(step, step.assigned_to) for step in open_steps(document)]))
            assert {type(error) for error in losers} == {StepAlreadyDecided}
            assert_consistent(document)
            outcomes.append(decision.outcome.value)
        assert outcomes == ["stage_advanced", "pipeline_advanced", "stage_advanced", "workflow_completed"]
        assert attachment_of(document).status == "completed"
        kinds = Counter(history(document))
        assert (kinds["approved"], kinds["stage_moved"], kinds["pipeline_moved"], kinds["completed"]) == (4, 3, 1, 1)


@pytest.mark.parametrize("strategy", [1, 2])
def test_a_consensus_approved_at_once_advances_once_and_loses_no_approval(strategy, members):
    role = group_of(*members[:5])
    workflow = template_for(strategy, [[by_role(role, "consensus")], [by_role(role, "consensus")]])
    advanced = {1: StepOutcome.STAGE_ADVANCED, 2: StepOutcome.PIPELINE_ADVANCED}[strategy]
    for _ in range(ROUNDS):
        document = started(workflow)
        for last in (advanced, StepOutcome.WORKFLOW_COMPLETED):
            calls = [approving(step, step.assigned_to) for step in open_steps(document)]
            decisions, errors = parted(at_once(calls))
            assert errors == []
            assert Counter(decision.outcome for decision in decisions) == {StepOutcome.STEP_APPROVED: 4, last: 1}
            assert_consistent(document)
        assert Counter(history(document))["approved"] == 10
        assert {step.status for step in steps_of(document)} == {"approved"}


def test_a_rejection_among_the_approvals_of_a_consensus_ends_the_run_once(members):
    role = group_of(*members)
    workflow = template_for(1, [[by_role(role, "consensus")], [by_role(role)]])
    for _ in range(ROUNDS):
        document = started(workflow)
        verbs = [approving] * 5 + [rejecting]
        calls = [verb(seat(document, member), member) for verb, member in zip(verbs, members, strict=True)]
        decisions, losers = parted(at_once(calls))
        assert {type(error) for error in losers} <= {StepAlreadyDecided}
        assert {error.step.action_user for error in losers} <= {members[5]}
        assert assert_consistent(document).status == "rejected"
        statuses = Counter(step.status for step in steps_of(document))
        assert statuses["rejected"] == 1
        assert statuses["approved"] == len(decisions) - 1
        assert statuses["cancelled"] == len(losers)
