"""`manage.py doctor --mend` beside itself, reassigning and cancelling: one of them asks whoever is asked in the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.services import ask_fallback, cancel_workflow, reassign_step
from tests.engine.stuck.finding import deactivate
from tests.factories import UserFactory, by_user, template_for
from tests.postgres.races import open_seats, started
from tests.runs import asked, attachment_of, history
from tests.testapp.models import Document

pytestmark = pytest.mark.postgres


def stuck(boss: User) -> list[Document]:
    """A run for each round, which nobody but the fallback can decide."""
    gone: User = UserFactory()
    made = started(template_for(1, [[by_user(gone) | {"fallback_user": boss.pk}]]), UserFactory())
    deactivate(gone)
    return made


def told(document: Document) -> Counter[str]:
    return Counter(kind for kind in history(document) if kind in ("fallback_asked", "reassigned", "cancelled"))


def test_of_several_doctors_one_asks(race: Any) -> None:
    boss: User = UserFactory()
    for document in stuck(boss):
        key = attachment_of(document).pk
        answers = race.at_once([lambda key=key: ask_fallback(attachment_id=key)] * 3)
        assert Counter(answers) == Counter({True: 1, False: 2})
        assert (asked(document), told(document)) == ([boss], Counter({"fallback_asked": 1}))


def test_whoever_reassigns_at_that_moment_was_first_or_is_refused(race: Any) -> None:
    boss, other, root = UserFactory(), UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    made = stuck(boss)
    for document, (seat,) in zip(made, open_seats(made), strict=True):
        key, step = attachment_of(document).pk, seat.pk
        mended, given = race.at_once(
            [
                lambda key=key: ask_fallback(attachment_id=key),
                lambda step=step: reassign_step(step_id=step, actor=root, user_id=other.pk, reason="Left"),
            ]
        )
        if isinstance(given, Exception):
            assert (mended, asked(document), told(document)) == (True, [boss], Counter({"fallback_asked": 1}))
        else:
            assert (mended, asked(document), told(document)) == (False, [other], Counter({"reassigned": 1}))


def test_a_run_that_is_called_off_at_that_moment_asks_nobody(race: Any) -> None:
    boss, root = UserFactory(), UserFactory(is_staff=True, is_superuser=True)
    for document in stuck(boss):
        key = attachment_of(document).pk
        mended, _cancelled = race.at_once(
            [
                lambda key=key: ask_fallback(attachment_id=key),
                lambda key=key: cancel_workflow(attachment_id=key, actor=root, reason="No use"),
            ]
        )
        assert attachment_of(document).status == "cancelled"
        assert asked(document) == []
        assert told(document) == Counter({"cancelled": 1}) + Counter({"fallback_asked": int(mended)})
