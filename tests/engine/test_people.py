"""What the engine asks of users, whatever their model has and by whichever class they were read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test.utils import isolate_apps
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from django_workflow_engine import people
from django_workflow_engine.approvals.roles import members_of
from django_workflow_engine.errors import NoApprover, NotFound
from django_workflow_engine.models.objects import name_of, text_of
from django_workflow_engine.services import attach_workflow_to_object, delegate_step, get_workflow_attachment
from tests.factories import DocumentFactory, UserFactory, by_user, group_of, template_for
from tests.runs import open_steps
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
User: Any = get_user_model()


@pytest.fixture
def asked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`is_active` is a property of the user model."""
    monkeypatch.setattr(people, "_has_active_column", lambda: False)


@pytest.mark.usefixtures("asked_one_by_one")
def test_nobody_is_asked_whose_property_says_no() -> None:
    boss, away, document = UserFactory(), UserFactory(is_active=False), DocumentFactory()
    assert people.active_users().filter(pk=away.pk).exists()
    group = group_of(boss, away)
    assert members_of([group.pk]) == {group.pk: [boss.pk]}
    by_away = template_for(3, [[by_user(away)]])
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(document, by_away, boss)
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), boss)
    (step,) = open_steps(document)
    with unchanged(), pytest.raises(NotFound):
        delegate_step(step_id=step.pk, actor=boss, user_id=away.pk, reason="Away")


def test_who_is_always_active_costs_no_statement(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    with django_assert_num_queries(0):
        assert people.inactive_among({user.pk}) == set()


@pytest.mark.parametrize(
    ("first", "last", "name"), [(None, None, "ann"), ("Ann", None, "Ann"), (None, "Lee", "Lee"), (" ", "", "ann")]
)
def test_an_empty_name_is_not_called_none(first: Any, last: Any, name: str) -> None:
    assert name_of(User(username="ann", first_name=first, last_name=last)) == name


def test_texts_may_be_translated_when_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory()
    monkeypatch.setattr(User, "get_full_name", lambda user: gettext_lazy("Yes"))
    monkeypatch.setattr(User, "__str__", lambda user: gettext_lazy("No"))
    assert [(type(text), text) for text in (name_of(user), text_of(user))] == [(str, "Yes"), (str, "No")]


def test_a_row_may_be_read_only_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, boss = DocumentFactory(), UserFactory(email="ann@example.com")
    document: Any = SimpleLazyObject(lambda: stored)
    actor: Any = SimpleLazyObject(lambda: boss)
    attach_workflow_to_object(document, template_for(3, [[by_user(boss)]]), actor)
    assert get_workflow_attachment(document).target == stored
    assert people.email_of(actor) == "ann@example.com"
    monkeypatch.setattr(type(stored), "__str__", lambda row: "")
    assert text_of(document) == f"Document {stored.pk}"


@isolate_apps("tests.testapp")
def test_a_proxy_s_row_is_a_user() -> None:
    class Clerk(User):
        class Meta:
            app_label = "testapp"
            proxy = True

    assert people.is_user(Clerk(pk=1))
    assert not people.is_user(group_of())
