"""Arranging and ending substitutions: who may, what is refused, and that nobody stands in for themselves by others."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from django_workflow_engine.errors import Conflict, Forbidden, InvalidInput, NotFound, WorkflowError
from django_workflow_engine.models import Substitution
from django_workflow_engine.services import attach_workflow_to_object, create_substitution, end_substitution
from django_workflow_engine.services.substituting import MOST_SUBSTITUTIONS
from tests.clock import at
from tests.engine.substitutes.conftest import Holiday
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import attachment_of
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
Away = Callable[..., Substitution]
HOUR = timedelta(hours=1)


def administrator() -> User:
    """Staff with the permission to change attachments."""
    user = UserFactory(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_workflowattachment"))
    return user


class TestArranging:
    def test_from_now_until_somebody_ends_it(self, holiday: Holiday) -> None:
        before = timezone.now()
        made = create_substitution(actor=holiday.person, substitute_id=holiday.substitute.pk, reason="Holiday")
        stored = Substitution.objects.get()
        assert stored == made
        assert before <= stored.starts_at <= timezone.now()
        assert (stored.user, stored.substitute, stored.ends_at) == (holiday.person, holiday.substitute, None)
        assert (stored.reason, stored.created_by) == ("Holiday", holiday.person)
        assert stored.is_active()
        assert not stored.is_active(stored.starts_at - HOUR)

    def test_for_a_model_and_a_template(self, holiday: Holiday, away: Away) -> None:
        template = template_for(1, [[by_user(holiday.person)]])
        made = away(model=Document, workflow_id=template.pk)
        assert (made.content_type.model_class(), made.workflow) == (Document, template)

    def test_an_administrator_arranges_it_for_somebody_else(self, holiday: Holiday) -> None:
        root = administrator()
        made = create_substitution(actor=root, user_id=holiday.person.pk, substitute_id=holiday.substitute.pk)
        assert (made.user, made.created_by) == (holiday.person, root)

    def test_nobody_else_does(self, holiday: Holiday) -> None:
        with pytest.raises(Forbidden) as refused, unchanged():
            create_substitution(actor=holiday.other, user_id=holiday.person.pk, substitute_id=holiday.substitute.pk)
        assert refused.value.path == ("user_id",)

    def test_who_is_away_twice_may_have_two(self, holiday: Holiday, away: Away) -> None:
        away()
        away(starts_at=holiday.end, ends_at=None)
        holiday.stand_in(holiday.other, holiday.person)
        assert Substitution.objects.count() == 3


@pytest.mark.parametrize(
    ("given", "error", "path"),
    [
        ({"substitute_id": "none"}, NotFound, "substitute_id"),
        ({"substitute_id": None}, NotFound, "substitute_id"),
        ({"starts_at": "tomorrow"}, InvalidInput, "starts_at"),
        ({"starts_at": datetime(2026, 12, 1)}, InvalidInput, "starts_at"),  # it has no zone
        ({"ends_at": datetime(2026, 12, 1)}, InvalidInput, "ends_at"),
        ({"model": "Document"}, InvalidInput, "model"),
        ({"workflow_id": 0}, NotFound, "workflow_id"),
        ({"reason": 7}, InvalidInput, "reason"),
        ({"reason": "\x00"}, InvalidInput, "reason"),
        ({"user_id": "none"}, Forbidden, "user_id"),
        ({"actor": None}, Forbidden, "actor"),
        ({"among": "everybody"}, InvalidInput, "among"),
    ],
)
def test_bad_input_is_refused_with_its_place(
    given: dict[str, Any], error: type[WorkflowError], path: str, holiday: Holiday
) -> None:
    values = {"actor": holiday.person, "substitute_id": holiday.substitute.pk} | given
    with pytest.raises(error) as refused, unchanged():
        create_substitution(**values)
    assert refused.value.path == (path,)


class TestRefused:
    def test_oneself(self, holiday: Holiday) -> None:
        with pytest.raises(InvalidInput) as refused, unchanged():
            holiday.stand_in(holiday.person, holiday.person)
        assert refused.value.path == ("substitute_id",)

    @pytest.mark.parametrize("name", ["person", "substitute"])
    def test_somebody_who_is_inactive(self, name: str, holiday: Holiday) -> None:
        User.objects.filter(pk=getattr(holiday, name).pk).update(is_active=False)
        with pytest.raises(NotFound) as refused, unchanged():
            create_substitution(actor=administrator(), user_id=holiday.person.pk, substitute_id=holiday.substitute.pk)
        assert refused.value.path == ("user_id" if name == "person" else "substitute_id",)

    def test_whom_the_actor_may_not_know(self, holiday: Holiday, away: Away) -> None:
        with pytest.raises(NotFound), unchanged():
            away(among=User.objects.exclude(pk=holiday.substitute.pk))

    @pytest.mark.parametrize("length", [timedelta(0), -HOUR])
    def test_an_end_that_is_not_after_the_start(self, length: timedelta, holiday: Holiday, away: Away) -> None:
        start = timezone.now() + 2 * HOUR
        with pytest.raises(InvalidInput, match="after it has begun") as refused, unchanged():
            away(starts_at=start, ends_at=start + length)
        assert refused.value.path == ("ends_at",)

    def test_an_end_that_has_passed(self, holiday: Holiday, away: Away) -> None:
        with pytest.raises(InvalidInput, match="has passed"), unchanged():
            away(starts_at=holiday.start - 2 * HOUR, ends_at=holiday.start - HOUR)

    def test_a_frozen_version(self, holiday: Holiday, away: Away) -> None:
        document = DocumentFactory()
        attach_workflow_to_object(document, template_for(1, [[by_user(holiday.person)]]))
        with pytest.raises(NotFound), unchanged():
            away(workflow_id=attachment_of(document).workflow_id)

    def test_the_same_again(self, holiday: Holiday, away: Away) -> None:
        away()
        with pytest.raises(Conflict, match="sam stands in for paula already"), unchanged():
            away(starts_at=holiday.end - HOUR, ends_at=None)

    def test_more_than_anybody_needs(self, holiday: Holiday, away: Away) -> None:
        for _one in range(MOST_SUBSTITUTIONS):
            holiday.stand_in(UserFactory(), holiday.person)
        with pytest.raises(Conflict, match="end some of them first"), unchanged():
            away()
        end_substitution(id=Substitution.objects.first().pk, actor=holiday.person)
        away()


class TestCircles:
    @pytest.mark.parametrize("length", [2, 3, 5])
    def test_nobody_stands_in_for_themselves_by_others(self, length: int, holiday: Holiday) -> None:
        people = UserFactory.create_batch(length)
        for person, substitute in itertools.pairwise(people):
            holiday.stand_in(substitute, person)
        with pytest.raises(Conflict) as refused, unchanged():
            holiday.stand_in(people[0], people[-1])
        assert refused.value.path == ("substitute_id",)

    def test_one_after_the_other_they_may(self, holiday: Holiday, away: Away) -> None:
        away()
        holiday.stand_in(holiday.person, holiday.substitute, starts_at=holiday.end, ends_at=None)
        with pytest.raises(Conflict), unchanged():
            holiday.stand_in(holiday.person, holiday.substitute, starts_at=holiday.end - HOUR, ends_at=None)

    def test_for_different_runs_they_may(self, holiday: Holiday, away: Away) -> None:
        away(model=Document)
        holiday.stand_in(holiday.person, holiday.substitute, model=Profile)
        template = template_for(1, [[by_user(holiday.person)]])
        with pytest.raises(Conflict), unchanged():
            holiday.stand_in(holiday.person, holiday.substitute, workflow_id=template.pk)

    def test_what_has_ended_closes_none(self, holiday: Holiday, away: Away) -> None:
        end_substitution(id=away().pk, actor=holiday.person)
        holiday.stand_in(holiday.person, holiday.substitute)


class TestEnding:
    @pytest.mark.parametrize("name", ["person", "substitute", "administrator"])
    def test_its_two_people_and_administrators_end_it(self, name: str, holiday: Holiday, away: Away) -> None:
        made = away()
        actor = administrator() if name == "administrator" else getattr(holiday, name)
        now = holiday.start + HOUR
        with at(now):
            assert end_substitution(id=made.pk, actor=actor).ends_at == now
        assert Substitution.objects.get().ends_at == now

    def test_nobody_else_does(self, holiday: Holiday, away: Away) -> None:
        made = away()
        with pytest.raises(Forbidden) as refused, unchanged():
            end_substitution(id=made.pk, actor=holiday.other)
        assert refused.value.path == ("id",)

    def test_it_ends_once(self, holiday: Holiday, away: Away) -> None:
        made = away()
        end_substitution(id=made.pk, actor=holiday.person)
        with pytest.raises(Conflict, match="ended already"), unchanged():
            end_substitution(id=made.pk, actor=holiday.substitute)

    def test_what_has_not_begun_never_will(self, holiday: Holiday, away: Away) -> None:
        made = away(starts_at=holiday.end, ends_at=None)
        end_substitution(id=made.pk, actor=holiday.person)
        stored = Substitution.objects.get()
        assert (stored.starts_at, stored.ends_at) == (holiday.end, holiday.end)
        assert not stored.is_active(holiday.end)
        with pytest.raises(Conflict), unchanged():
            end_substitution(id=made.pk, actor=holiday.person)

    @pytest.mark.parametrize("key", [0, "none", None])
    def test_what_is_none(self, key: Any, holiday: Holiday) -> None:
        with pytest.raises(NotFound), unchanged():
            end_substitution(id=key, actor=holiday.person)


class TestTheDatabaseKeeps:
    def test_an_end_after_the_start(self, holiday: Holiday) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.create(
                user=holiday.person, substitute=holiday.substitute, starts_at=holiday.end, ends_at=holiday.start
            )

    def test_two_people(self, holiday: Holiday) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Substitution.objects.create(user=holiday.person, substitute=holiday.person)
