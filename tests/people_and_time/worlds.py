"""The machines that are run: one with everything in it, and narrow ones that come soon to what they are about.

A narrow machine has the people, the templates and the acts of one subject alone, and so most of its acts change
something that the subject depends on.
"""

from __future__ import annotations

from typing import Final

from hypothesis.stateful import precondition

from tests.people_and_time.acts_of_people import Absences, Standing
from tests.people_and_time.acts_of_time import Time
from tests.people_and_time.acts_on_runs import Runs
from tests.people_and_time.acts_on_seats import Claims, Deciding, PackageDoor, PassingOn
from tests.people_and_time.machine import Machine, act, person, template


class Everything(Standing, Absences, Time, Runs, PassingOn, Claims, PackageDoor):
    """People, roles, substitutes, the clock and decisions in any order, through all the public doors."""


class Narrow(Machine):
    """One run after the other."""

    first_runs = 1

    @precondition(lambda self: not self.reading.open())
    @act(template=template, owner=person)
    def next_one(self, template: str, owner: str) -> None:
        self.begin_run(template, owner, owner)


class DutyRules(Narrow, Absences, PassingOn):
    """Whoever must not decide stands in, is given seats, and tries."""

    people = ("ann", "bea", "cem")
    templates = ("four eyes",)
    asks_permission = (False,)


class Counting(Narrow, Absences, Deciding):
    """Of several who are asked some are away, and enough is enough."""

    people = ("ann", "bea", "cem", "dan", "eva")
    templates = ("votes",)
    asks_permission = (False,)


class Vacancies(Narrow, Standing, Deciding):
    """Those who are asked are gone, or have lost what they need."""

    people = ("ann", "bea")
    templates = ("at once", "one by one")


class Timers(Narrow, Time, PassingOn):
    """Time goes by, and what has a deadline is decided, passed on, or late."""

    people = ("ann", "bea", "cem", "fay")
    templates = ("four eyes", "votes", "at once", "careful")
    asks_permission = (False,)


NARROW: Final = (DutyRules, Counting, Vacancies, Timers)
