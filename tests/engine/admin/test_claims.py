"""Who has claimed an approval, on the pages of its run and of its step."""

from __future__ import annotations

import re

import pytest

from django_workflow_engine.services import attach_workflow_to_object, claim_step, release_step
from tests.engine.admin.pages import Admin
from tests.factories import DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import attachment_of, seat

pytestmark = pytest.mark.django_db


def test_the_pages_tell_who_has_claimed_it_until_it_is_released(admin: Admin) -> None:
    ann, ben = UserFactory(username="ann"), UserFactory(username="ben")
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(ann, ben))]]), UserFactory())
    pages = [attachment_of(document), seat(document, ben)]
    claimed = re.compile("Current, claimed by \u2068?ann\u2069? until ")

    def told() -> list[bool]:
        return [bool(claimed.search(admin.open(row).content.decode())) for row in pages]

    assert told() == [False, False]
    claim_step(step_id=seat(document, ann).pk, actor=ann)
    assert told() == [True, True]
    release_step(step_id=seat(document, ann).pk, actor=ann)
    assert told() == [False, False]
