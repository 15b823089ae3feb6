"""The test of the machines: a bug that is put into the engine is found, and by the invariant that it breaks."""

from __future__ import annotations

from collections.abc import Collection
from types import ModuleType
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from django_workflow_engine.approvals import vacancies
from django_workflow_engine.services import decisions, eligibility, timing_out
from tests.people_and_time.company import Company
from tests.people_and_time.invariants import COUNTING, DUTIES, SOMEBODY_MAY, TIMERS, Broken
from tests.people_and_time.machine import Machine
from tests.people_and_time.profile import FINDING
from tests.people_and_time.worlds import Counting, DutyRules, Timers, Vacancies

pytestmark = pytest.mark.django_db


def only_the_holder_is_barred(attempt: Any) -> Any:
    """Duty rules are forgotten for whoever stands in."""
    return eligibility.bar_of(attempt.run, attempt.step, attempt.step.assigned_to_id)


def everybody_is_active(keys: Collection[Any], **_given: Any) -> set[Any]:
    """Whoever was deactivated still counts as able to decide."""
    return set(keys)


def timers_stay(timer_id: int, whole: Any = timing_out._locked) -> Any:
    """A timer that fires is not taken away."""
    timer, late = whole(timer_id)
    if timer is not None:
        timer.save(force_insert=True)
    return timer, late


def both_have_voted(seat: Any, person_id: Any, whole: Any = decisions.approvers_with) -> set[str]:
    """A substitute's vote counts beside the person's."""
    return whole(seat, person_id) | {str(seat.run.actor.pk)}


@pytest.mark.parametrize(
    ("room", "name", "bug", "machine", "invariant"),
    [
        (eligibility, "_bar_against", only_the_holder_is_barred, DutyRules, DUTIES),
        (vacancies, "active_among", everybody_is_active, Vacancies, SOMEBODY_MAY),
        (timing_out, "_locked", timers_stay, Timers, TIMERS),
        (decisions, "approvers_with", both_have_voted, Counting, COUNTING),
    ],
    ids=["duties", "vacancies", "timers", "votes"],
)
def test_a_seeded_bug_is_found(
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    name: str,
    bug: Any,
    machine: type[Machine],
    invariant: str,
) -> None:
    monkeypatch.setattr(room, name, bug)
    with pytest.raises(Broken) as found:
        run_state_machine_as_test(machine, settings=FINDING)
    assert found.value.invariant == invariant
