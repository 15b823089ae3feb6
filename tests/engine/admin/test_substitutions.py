"""Substitutions in the admin: arranged and ended, refused at the right field, never rewritten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from django_workflow_engine.models import Substitution
from django_workflow_engine.services import attach_workflow_to_object, create_substitution
from tests.engine.admin.pages import Admin, errors
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db


def moment(name: str, value: Any) -> dict[str, str]:
    """A date and a time, as the page has them."""
    local = timezone.localtime(value)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}


def fields_of(**more: str) -> dict[str, str]:
    """A person and a substitute, from now on."""
    made = {"user": str(UserFactory().pk), "substitute": str(UserFactory().pk)}
    return made | moment("starts_at", timezone.now()) | more


def test_one_is_arranged(admin: Admin, administrator: Any) -> None:
    template = template_for(3, [[by_user(UserFactory())]])
    content_type = str(ContentType.objects.get_for_model(Document).pk)
    end = timezone.now().replace(microsecond=0) + timedelta(days=1)
    paula, sam = UserFactory(), UserFactory()
    people = {"user": str(paula.pk), "substitute": str(sam.pk)}
    scope = {"content_type": content_type, "workflow": str(template.pk)}
    given = fields_of(**people, **scope, reason="Holiday", **moment("ends_at", end))
    assert admin.save(Substitution, **given).status_code == 302
    made = Substitution.objects.get()
    assert (made.user, made.substitute, made.ends_at) == (paula, sam, end)
    assert (made.content_type.model_class(), made.workflow, made.reason) == (Document, template, "Holiday")
    assert made.created_by == administrator


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        (moment("ends_at", timezone.now() - timedelta(days=1)), "ends_at"),
        ({"substitute": "0"}, "substitute"),
        ({"user": ""}, "user"),
    ],
    ids=["an end before the start", "nobody", "no person"],
)
def test_what_is_wrong_stands_at_its_field(fields: dict[str, str], place: str, admin: Admin) -> None:
    given = fields_of(**fields)
    with unchanged():
        page = admin.save(Substitution, **given)
    assert list(errors(page)) == [place]


def test_a_circle_stands_at_the_substitute(admin: Admin) -> None:
    person, substitute = UserFactory.create_batch(2)
    create_substitution(actor=substitute, substitute_id=person.pk)
    given = fields_of(user=str(person.pk), substitute=str(substitute.pk))
    with unchanged():
        page = admin.save(Substitution, **given)
    assert list(errors(page)) == ["substitute"]


def test_oneself_is_refused(admin: Admin) -> None:
    person = UserFactory()
    given = fields_of(user=str(person.pk), substitute=str(person.pk))
    with unchanged():
        page = admin.save(Substitution, **given)
    assert list(errors(page)) == ["substitute"]


def test_neither_frozen_versions_nor_inactive_people_are_chosen(admin: Admin) -> None:
    version = attach_workflow_to_object(DocumentFactory(), template_for(3, [[by_user(UserFactory())]])).workflow
    given = fields_of(workflow=str(version.pk), substitute=str(UserFactory(is_active=False).pk))
    with unchanged():
        page = admin.save(Substitution, **given)
    assert set(errors(page)) == {"workflow", "substitute"}


def test_those_that_are_there_are_ended_and_not_rewritten(admin: Admin) -> None:
    person, first, second = UserFactory.create_batch(3)
    lasting, over = (create_substitution(actor=person, substitute_id=one.pk) for one in (first, second))
    Substitution.objects.filter(pk=over.pk).update(ends_at=over.starts_at)
    chosen = {"action": "end_now", "_selected_action": [lasting.pk, over.pk]}
    page = admin.client.post(admin.address(Substitution, "changelist"), chosen, follow=True)
    assert "1 substitution has ended." in page.content.decode()
    lasting.refresh_from_db()
    assert not lasting.is_active()
    with unchanged():
        assert admin.client.post(admin.address(lasting, "change"), {"reason": "Other"}).status_code == 403


def test_they_are_found_by_the_names_of_both(admin: Admin) -> None:
    made = create_substitution(actor=UserFactory(username="paula"), substitute_id=UserFactory(username="sam").pk)
    create_substitution(actor=UserFactory(), substitute_id=UserFactory().pk)
    assert admin.rows(Substitution, q="paula") == admin.rows(Substitution, q="sam") == [made]
