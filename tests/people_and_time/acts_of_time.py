"""What happens by itself: time goes by."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from django_workflow_engine.services import fire_due_timers
from tests.people_and_time.invariants import check_fired
from tests.people_and_time.machine import Machine, act


class Time(Machine):
    """The clock, and the timers that somebody lets run by it, or not."""

    @act(hours=st.sampled_from((0, 1, 25, 49)), timers=st.booleans())
    def wait(self, hours: int, timers: bool) -> None:
        self.now += timedelta(hours=hours)
        self.set_clock()
        if timers:
            fire_due_timers()
            check_fired(self.read())
