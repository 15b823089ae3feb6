"""Timers under races: each fires once, by however many runners, against decisions, and past a runner that dies."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from django_workflow_engine.choices import TimerKind
from django_workflow_engine.errors import NotYourStep, StepAlreadyDecided
from django_workflow_engine.models import ApprovalTimer
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.services.timing_out import fire, fire_due_timers
from tests.clock import at
from tests.engine.deadlines.deadlines import within
from tests.factories import UserFactory, by_role, by_user, group_of, template_for
from tests.postgres.races import approving, open_seats, started
from tests.postgres.threads import ROUNDS
from tests.runs import asked, history
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.postgres


def late(approval: dict[str, Any], **deadline: Any) -> list[Document]:
    """A run for each round, which was asked three days ago and had two."""
    template = template_for(1, [[within(approval, "P2D", **deadline)]])
    with at(timezone.now() - timedelta(days=3)):
        return started(template, UserFactory())


def told(document: Document) -> Counter[str]:
    return Counter(kind for kind in history(document) if kind in ("reminded", "timed_out", "rejected", "approved"))


@pytest.mark.parametrize("rule", ["notify", "reject"])
def test_of_several_runners_each_timer_has_one(race: Any, rule: str) -> None:
    made = late(by_role(group_of(*UserFactory.create_batch(2))), on_timeout=rule)
    tallies = race.at_once([fire_due_timers] * 3)
    assert sum((Counter(tally) for tally in tallies), Counter()) == Counter({TimerKind.TIMEOUT: len(made)})
    expected = Counter({"timed_out": 1}) + Counter({"rejected": 1} if rule == "reject" else {})
    assert [told(document) for document in made] == [expected] * len(made)
    assert not ApprovalTimer.objects.exists()


def test_whoever_decides_at_that_moment_was_first_or_is_told(race: Any) -> None:
    boss: User = UserFactory()
    made = late(by_user(boss), on_timeout="reject")
    timers = dict(ApprovalTimer.objects.values_list("attachment__object_id", "pk"))
    for document, (seat,) in zip(made, open_seats(made), strict=True):
        fired, decided = race.at_once([lambda key=timers[str(document.pk)]: fire(key), approving(seat)])
        if isinstance(decided, Exception):
            assert isinstance(decided, StepAlreadyDecided | NotYourStep)
            assert (fired, told(document)) == (TimerKind.TIMEOUT, Counter({"timed_out": 1, "rejected": 1}))
        else:
            assert (fired, told(document)) == (None, Counter({"approved": 1}))
    assert not ApprovalTimer.objects.exists()


@pytest.mark.parametrize("rule", ["escalate", "fallback"])
def test_who_is_asked_in_the_end_is_whoever_the_first_of_the_two_left(race: Any, settings: Any, rule: str) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    boss, other = UserFactory(), UserFactory()
    Profile.objects.create(user=boss, manager=other)
    made = late(by_user(boss), on_timeout=rule, **({"fallback_user": other.pk} if rule == "fallback" else {}))
    timers = dict(ApprovalTimer.objects.values_list("attachment__object_id", "pk"))
    for document, (seat,) in zip(made, open_seats(made), strict=True):
        fired, decided = race.at_once([lambda key=timers[str(document.pk)]: fire(key), approving(seat)])
        if isinstance(decided, Exception):
            assert isinstance(decided, StepAlreadyDecided | NotYourStep)
            assert (fired, told(document), asked(document)) == (TimerKind.TIMEOUT, Counter({"timed_out": 1}), [other])
        else:
            assert (fired, told(document), asked(document)) == (None, Counter({"approved": 1}), [])
    assert not ApprovalTimer.objects.exists()


def test_a_runner_that_dies_before_its_commit_has_done_nothing(race: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = late(by_user(UserFactory()), on_timeout="reject")
    whole = WorkflowRun.save

    def dies(run: WorkflowRun) -> None:
        """Everything is written, and the server ends the connection."""
        whole(run)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    timers = list(ApprovalTimer.objects.order_by("pk").values_list("pk", flat=True))[: min(ROUNDS, 5)]
    monkeypatch.setattr(WorkflowRun, "save", dies)
    for timer_id in timers:
        (died,) = race.at_once([lambda key=timer_id: fire(key)])
        assert isinstance(died, Exception)
    monkeypatch.undo()
    assert [told(document) for document in made] == [Counter()] * len(made)
    assert fire_due_timers() == Counter({TimerKind.TIMEOUT: len(made)})
    assert [told(document) for document in made] == [Counter({"timed_out": 1, "rejected": 1})] * len(made)
