"""Substitutions under races: nobody stands in for themselves by others, and what has ended decides nothing."""

from __future__ import annotations

from functools import partial

import pytest

from django_workflow_engine.errors import Conflict, NotYourStep
from django_workflow_engine.models import Substitution
from django_workflow_engine.services import approve_step, create_substitution, end_substitution
from tests.factories import UserFactory, by_user, template_for
from tests.postgres.races import open_seats, started
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.runs import history

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("between", [0, 1, 2])
def test_two_that_would_close_a_circle_at_once_are_one(between: int) -> None:
    """Of A for B and C for D, with B for C and D for A there already, one is made: they have nobody in common."""
    for _round in range(ROUNDS):
        people = UserFactory.create_batch(2 + between)
        circle = list(zip(people, [*people[1:], people[0]], strict=True))
        last = [circle[0], circle[len(circle) // 2]]
        for person, substitute in (link for link in circle if link not in last):
            create_substitution(actor=person, substitute_id=substitute.pk)
        calls = [partial(create_substitution, actor=person, substitute_id=one.pk) for person, one in last]
        made, refused = parted(at_once(calls))
        assert (len(made), len(refused)) == (1, 1)
        assert isinstance(refused[0], Conflict)
        assert Substitution.objects.filter(user__in=people).count() == len(people) - 1


def test_the_same_one_twice_at_once_is_one() -> None:
    for _round in range(ROUNDS):
        person, substitute = UserFactory.create_batch(2)
        call = partial(create_substitution, actor=person, substitute_id=substitute.pk)
        made, refused = parted(at_once([call, call, call]))
        assert len(made) == 1
        assert {type(error) for error in refused} == {Conflict}
        assert Substitution.objects.filter(user=person).count() == 1


def test_who_decides_while_it_ends_has_decided_or_is_told(race) -> None:
    """Either the decision was first, or nothing of it is there: the race's own checks compare every row."""
    person, substitute = UserFactory.create_batch(2)
    made = started(template_for(1, [[by_user(person)]]), UserFactory())
    for document, (seat,) in zip(made, open_seats(made), strict=True):
        away = create_substitution(actor=person, substitute_id=substitute.pk)
        deciding = partial(approve_step, step_id=seat.pk, actor=substitute)
        decided, ended = at_once([deciding, partial(end_substitution, id=away.pk, actor=person)])
        assert isinstance(ended, Substitution)
        if isinstance(decided, Exception):
            assert isinstance(decided, NotYourStep)
        assert ("approved" in history(document)) is not isinstance(decided, Exception)
