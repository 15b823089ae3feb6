"""Approvals by the members of a role: anyone, consensus, round robin; over the three strategies."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.services import attach_workflow_to_object, reject_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, place, seat, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]

ADVANCED = {1: StepOutcome.STAGE_ADVANCED, 2: StepOutcome.PIPELINE_ADVANCED, 3: StepOutcome.STEP_APPROVED}


@pytest.fixture
def members():
    return UserFactory.create_batch(4)


@pytest.fixture
def last():
    return UserFactory()


def start(strategy, role, selection, last):
    """A document that this role decides first, and one person after it: at the next position, if there is one."""
    approval, end = by_role(role, selection), by_user(last)
    positions = [[approval, end]] if strategy == 3 else [[approval], [end]]
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, positions))
    return document


def rows(document):
    return [(step.step_number, step.assigned_to, step.status, step.action_user) for step in steps_of(document)]


def test_every_member_has_a_seat(strategy, members, last):
    UserFactory()
    role = group_of(*members, UserFactory(is_active=False))
    document = start(strategy, role, "anyone", last)
    assert asked(document) == members
    for step in open_steps(document):
        assert (step.step_number, step.assigned_role, step.role_selection_strategy) == (1, role, "anyone")


def test_the_first_of_anyone_decides_and_the_other_seats_stay_as_cancelled_rows(strategy, members, last):
    document = start(strategy, group_of(*members), "anyone", last)
    seats, (a, b, c, d) = open_steps(document), members
    assert approve(document, b).outcome == ADVANCED[strategy]
    assert rows(document) == [
        (1, a, "cancelled", b),
        (1, b, "approved", b),
        (1, c, "cancelled", b),
        (1, d, "cancelled", b),
        (2, last, "current", None),
    ]
    assert [step.pk for step in steps_of(document)][:4] == [step.pk for step in seats]
    closed = [line[1:] for line in history(document, "step_id", "actor_name") if line[0] == "seat_closed"]
    assert closed == [(step.pk, b.username) for step in (seats[0], seats[2], seats[3])]
    assert history(document)[2:6] == ["approved", "seat_closed", "seat_closed", "seat_closed"]
    assert approve(document, last).outcome == StepOutcome.WORKFLOW_COMPLETED
    assert len(steps_of(document)) == 5


@pytest.mark.parametrize("selection", ["anyone", "consensus"])
def test_a_rejection_by_one_closes_the_seats_of_the_others(strategy, selection, members, last):
    document = start(strategy, group_of(*members), selection, last)
    a, b, c, d = members
    reject_step(step_id=seat(document, c).pk, actor=c, reason="No")
    assert rows(document) == [
        (1, a, "cancelled", c),
        (1, b, "cancelled", c),
        (1, c, "rejected", c),
        (1, d, "cancelled", c),
    ]
    assert attachment_of(document).status == "rejected"
    assert history(document) == ["attached", "started", "rejected", *["seat_closed"] * 3]


def test_consensus_needs_each_member_once(strategy, members, last):
    document = start(strategy, group_of(*members), "consensus", last)
    where = place(document)
    for number, member in enumerate(reversed(members), 1):
        decision = approve(document, member)
        if number < len(members):
            assert (decision.outcome, place(document)) == (StepOutcome.STEP_APPROVED, where)
            assert member not in asked(document)
            assert len(open_steps(document)) == len(members) - number
    assert decision.outcome == ADVANCED[strategy]
    assert rows(document) == [*[(1, member, "approved", member) for member in members], (2, last, "current", None)]
    assert history(document)[2:6] == ["approved"] * 4
    assert "seat_closed" not in history(document)


def test_consensus_of_one_is_complete_at_once(strategy, members, last):
    document = start(strategy, group_of(members[0]), "consensus", last)
    assert approve(document, members[0]).outcome == ADVANCED[strategy]
    assert asked(document) == [last]


def test_a_rejection_after_a_part_of_a_consensus_keeps_what_was_approved(strategy, members, last):
    document = start(strategy, group_of(*members[:3]), "consensus", last)
    a, b, c = members[:3]
    approve(document, a)
    reject_step(step_id=seat(document, b).pk, actor=b, reason="No")
    assert rows(document) == [(1, a, "approved", a), (1, b, "rejected", b), (1, c, "cancelled", b)]


def turns(strategy, role, last, number):
    """Who is asked by so many runs, one after the other; nobody decides meanwhile."""
    documents = [start(strategy, role, "round_robin", last) for _ in range(number)]
    assert [len(steps_of(document)) for document in documents] == [1] * number
    return [person for document in documents for person in asked(document)]


def test_round_robin_asks_whose_last_turn_is_longest_ago(strategy, members, last):
    a, b, c, _d = members
    role = group_of(a, b, c)
    busy = DocumentFactory()
    attach_workflow_to_object(busy, template_for(3, [[by_user(a)]], name_en="Beside"))
    assert turns(strategy, role, last, 7) == [a, b, c, a, b, c, a]
    assert turns(strategy, group_of(c, a), last, 3) == [a, c, a]  # every role has turns of its own
    assert turns(strategy, role, last, 2) == [b, c]


def test_who_joins_a_round_robin_has_one_turn_and_then_waits_like_everybody(strategy, members, last):
    a, b, c, d = members
    role = group_of(a, b, c)
    turns(strategy, role, last, 8)
    role.user_set.add(d)
    assert turns(strategy, role, last, 5) == [d, c, a, b, d]
    role.user_set.remove(b)
    assert turns(strategy, role, last, 4) == [c, a, d, c]
    role.user_set.add(b)
    assert turns(strategy, role, last, 5) == [b, a, d, c, b]


def test_a_round_robin_passes_over_whoever_is_inactive(strategy, members, last):
    a, b, c, _d = members
    role = group_of(a, b, c)
    b.is_active = False
    b.save()
    assert turns(strategy, role, last, 3) == [a, c, a]


def test_round_robin_is_decided_by_the_one_who_was_asked(strategy, members, last):
    document = start(strategy, group_of(*members), "round_robin", last)
    (asked_one,) = asked(document)
    assert approve(document, asked_one).outcome == ADVANCED[strategy]
    assert rows(document) == [(1, asked_one, "approved", asked_one), (2, last, "current", None)]


def test_seats_are_fixed_when_an_approval_opens(strategy, members, last):
    role = group_of(*members[:2])
    document = start(strategy, role, "consensus", last)
    role.user_set.add(members[2])
    assert asked(document) == members[:2]
    approve(document, members[0])
    assert approve(document, members[1]).outcome == ADVANCED[strategy]


def test_a_member_of_two_roles_is_asked_for_each(strategy, members, last):
    both, one, two = members[:3]
    roles = group_of(both, one), group_of(both, two)
    approvals = [by_role(role, "consensus") for role in roles]
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [approvals]))
    assert asked(document) == [both, one]
    approve(document, one)
    approve(document, both)
    assert asked(document) == [both, two]
    approve(document, both)
    assert approve(document, two).outcome == StepOutcome.WORKFLOW_COMPLETED
