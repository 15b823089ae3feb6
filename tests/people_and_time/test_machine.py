"""Whatever happens to people, roles, substitutes and the clock, in whatever order: what must hold does."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.people_and_time.company import Company
from tests.people_and_time.machine import Machine
from tests.people_and_time.profile import BOUNDED, NARROWLY
from tests.people_and_time.worlds import NARROW, Everything

pytestmark = pytest.mark.django_db


def test_what_must_hold_does(company: Company) -> None:
    run_state_machine_as_test(Everything, settings=BOUNDED)


@pytest.mark.parametrize("machine", NARROW)
def test_what_must_hold_does_where_one_subject_is_looked_at(company: Company, machine: type[Machine]) -> None:
    run_state_machine_as_test(machine, settings=NARROWLY)
