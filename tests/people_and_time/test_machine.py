"""Whatever happens to people, roles, substitutes and the clock, in whatever order: what must hold does."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.people_and_time.company import Company
from tests.people_and_time.machine import PeopleAndTime
from tests.people_and_time.profile import BOUNDED

pytestmark = pytest.mark.django_db


def test_what_must_hold_does(company: Company) -> None:
    run_state_machine_as_test(PeopleAndTime, settings=BOUNDED)
