"""Several steps decided at once by two people: each step has one winner, and the other is told who."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import transaction

from django_workflow_engine.errors import StepAlreadyDecided
from django_workflow_engine.services import approve_steps, reject_steps
from tests.factories import STRATEGIES, by_role, group_of
from tests.postgres.invariants import assert_consistent_rows, deadlocks
from tests.postgres.races import open_seats, started, template
from tests.postgres.threads import ROUNDS, at_once
from tests.runs import attachment_of, history

pytestmark = pytest.mark.postgres


def together(call):
    """The call in one transaction, which keeps all locks until its end, as an idempotency key does."""
    with transaction.atomic():
        return call()


@pytest.mark.parametrize("around", [partial.__call__, together], ids=["each", "together"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_two_who_decide_the_same_runs_in_opposite_orders_share_them(transactional_db, members, strategy, around):
    before, (ann, bob) = deadlocks(), members[:2]
    work = template(strategy, [[by_role(group_of(ann, bob))]])
    for _round in range(max(1, ROUNDS // 5)):
        made = started(work, rounds=8)
        seats = open_seats(made)
        mine, theirs = ([step.pk for found in seats for step in found if step.assigned_to == one] for one in (ann, bob))
        approving = partial(approve_steps, step_ids=mine, actor=ann)
        rejecting = partial(reject_steps, step_ids=theirs[::-1], actor=bob, reason="No")
        approved, rejected = at_once([partial(around, approving), partial(around, rejecting)])
        for document, one, other in zip(made, approved, rejected[::-1], strict=True):
            (won,), (lost,) = (
                [each for each in (one, other) if (each.error is None) is wins] for wins in (True, False)
            )
            assert isinstance(lost.error, StepAlreadyDecided)
            assert lost.error.step.action_user == (ann if won is one else bob)
            told = Counter(history(document))
            assert told["approved"] + told["rejected"] == 1
            assert attachment_of(document).status == ("completed" if won is one else "rejected")
    assert deadlocks() == before
    assert_consistent_rows()
