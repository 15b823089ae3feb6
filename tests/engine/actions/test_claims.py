"""Many runners at the same moment: each action is run by one of them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from django_workflow_engine.actions.runner import attempt, run_due
from tests.engine.actions.firing import enqueue, kept, running
from tests.postgres.threads import ROUNDS, at_once, parted

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def left_behind(monkeypatch):
    """Leave what is enqueued to the runners of the test."""
    monkeypatch.setattr("django_workflow_engine.actions.outbox.dispatch_after_commit", lambda run_ids: None)


def test_one_of_many_runners_gets_the_run(left_behind, calls):
    attachment = running("notify")
    for _ in range(ROUNDS):
        (run,) = enqueue(attachment)
        results = at_once([lambda run=run: attempt(run.pk)] * 5)
        assert Counter(results) == {"succeeded": 1, None: 4}
    assert len(calls) == ROUNDS
    assert set(kept("status", "attempts")) == {("succeeded", 1)}


def test_many_commands_at_once_run_everything_once(left_behind, calls):
    attachment = running(*["notify"] * 10)
    for _ in range(ROUNDS):
        calls.clear()
        enqueue(attachment)
        tallies, errors = parted(at_once([lambda: run_due(grace=timedelta())] * 4))
        assert errors == []
        assert sum(tallies, Counter()) == {"succeeded": 10}
        assert len(calls) == 10


def test_a_slow_action_is_left_to_the_runner_that_has_it(left_behind):
    (run,) = enqueue(running("write", parameters={"seconds": 0.5}))
    results = at_once([lambda: attempt(run.pk), lambda: run_due(grace=timedelta())])
    ran, tally = results
    assert (ran == "succeeded") != (tally == {"succeeded": 1})
    assert kept("status", "attempts") == [("succeeded", 1)]
