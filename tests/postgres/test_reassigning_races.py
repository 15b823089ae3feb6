"""Reassigning under races: a seat is decided or given away, once, and whoever comes second is told."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.errors import NotYourStep, StepAlreadyDecided
from django_workflow_engine.services import reassign_step
from tests.factories import UserFactory, by_user
from tests.postgres.races import approving, open_seats, rejecting, started, template
from tests.postgres.threads import parted
from tests.runs import asked, attachment_of, steps_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def made():
    """Documents that wait for one person."""
    return started(template(1, [[by_user(UserFactory())]]), UserFactory())


def giving(seat, receiver):
    root = UserFactory(is_staff=True, is_superuser=True)
    return partial(reassign_step, step_id=seat.pk, actor=root, user_id=receiver.pk, reason="Left")


def test_of_two_who_give_a_seat_away_at_once_one_does(race, made):
    receivers = UserFactory.create_batch(3)
    rounds = [[giving(seat, receiver) for receiver in receivers] for (seat,) in open_seats(made)]
    for document, results in zip(made, race(rounds), strict=True):
        (decision,), late = parted(results)
        assert {type(error) for error in late} == {StepAlreadyDecided}
        old, new = steps_of(document)
        assert (old.status, old.action_user, asked(document)) == (
            "delegated",
            decision.step.action_user,
            [new.assigned_to],
        )
        assert new.assigned_to in receivers


@pytest.mark.parametrize("deciding", [approving, rejecting])
def test_a_seat_is_decided_or_given_away(race, made, deciding):
    receiver = UserFactory()
    rounds = [[giving(seat, receiver), deciding(seat)] for (seat,) in open_seats(made)]
    for document, (given, decided) in zip(made, race(rounds), strict=True):
        if isinstance(given, Exception):
            assert isinstance(given, StepAlreadyDecided)
            assert attachment_of(document).status in ("completed", "rejected")
        else:
            assert isinstance(decided, StepAlreadyDecided | NotYourStep)
            assert (attachment_of(document).status, asked(document)) == ("in_progress", [receiver])
