"""Duty rules under races: nobody decides at two positions, however many ask at once."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.choices import DutyRule
from django_workflow_engine.errors import DutyRuleBroken, NotYourStep, StepAlreadyDecided
from django_workflow_engine.services import delegate_step
from tests.factories import UserFactory, by_role, group_of, template_for
from tests.postgres.races import approving, open_seats, started
from tests.postgres.threads import parted
from tests.runs import asked, steps_of

pytestmark = pytest.mark.postgres


def test_of_two_who_approve_at_once_the_other_one_is_asked_next(race):
    """Both are asked at both positions; whoever was first at the first one is not asked at the second."""
    people = UserFactory.create_batch(2)
    role = by_role(group_of(*people))
    made = started(template_for(1, [[role], [role]], duty_rules=[DutyRule.DISTINCT_APPROVERS]), UserFactory())
    rounds = [[approving(seat) for seat in seats] for seats in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        (decision,), (late,) = parted(results)
        assert isinstance(late, StepAlreadyDecided)
        assert asked(document) == [user for user in people if user != decision.step.action_user]


def test_a_seat_that_is_passed_on_while_its_receiver_decides_elsewhere_is_never_theirs(race):
    """Ann approves the first position while Ben, who is asked beside her, passes his seat to her."""
    ann, ben, cem = UserFactory.create_batch(3)
    first, second = by_role(group_of(ann, ben)), by_role(group_of(ben, cem))
    made = started(template_for(1, [[first], [second]], duty_rules=[DutyRule.DISTINCT_APPROVERS]), UserFactory())
    rounds = [[approving(seat) for seat in seats[:1]] for seats in open_seats(made)]
    race(rounds)
    seats = [{step.assigned_to: step for step in steps} for steps in open_seats(made)]
    passing = [partial(delegate_step, step_id=held[ben].pk, actor=ben, user_id=ann.pk) for held in seats]
    rounds = [[give, approving(held[cem])] for give, held in zip(passing, seats, strict=True)]
    for document, (given, approved) in zip(made, race(rounds), strict=True):
        assert isinstance(given, DutyRuleBroken | StepAlreadyDecided | NotYourStep)
        assert not isinstance(approved, Exception)
        deciders = [step.action_user for step in steps_of(document) if step.status == "approved"]
        assert deciders == [ann, cem]
