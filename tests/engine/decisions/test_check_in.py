"""Check in, then verify: two acts of one person, each done once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import CheckInState, StepOutcome
from django_workflow_engine.errors import Conflict, FormNotAccepted, InvalidInput
from django_workflow_engine.services import approve_step, attach_workflow_to_object, delegate_step
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


def running(strategy: int, approver: User) -> Document:
    document = DocumentFactory()
    approval = by_user(approver) | {"step_approval_type": "check_in_verify"}
    attach_workflow_to_object(document, template_for(strategy, [[approval]]), UserFactory())
    return document


def call(document: Document, user: User, **fields: Any) -> Any:
    return approve_step(step_id=seat(document, user).pk, actor=user, **fields)


def test_the_same_call_sent_twice_is_one_act(strategy: int) -> None:
    approver = UserFactory()
    document = running(strategy, approver)
    first = {"expect": CheckInState.NOT_CHECKED_IN}
    assert call(document, approver, **first).outcome == StepOutcome.CHECKED_IN
    with unchanged(), pytest.raises(Conflict) as refused:
        call(document, approver, **first)
    assert (refused.value.path, refused.value.step, refused.value.attachment) == (
        ("expect",),
        seat(document, approver),
        attachment_of(document),
    )
    assert call(document, approver, expect="checked_in").outcome == StepOutcome.WORKFLOW_COMPLETED


def test_what_is_expected_must_be_a_state_and_the_step_one_that_has_it(strategy: int) -> None:
    approver, other = UserFactory.create_batch(2)
    document = running(strategy, approver)
    with unchanged(), pytest.raises(InvalidInput):
        call(document, approver, expect="perhaps")
    with unchanged(), pytest.raises(Conflict):
        call(document, approver, expect="checked_in")
    plain = DocumentFactory()
    attach_workflow_to_object(plain, template_for(strategy, [[by_user(other)]]), UserFactory())
    with unchanged(), pytest.raises(Conflict):
        call(plain, other, expect="not_checked_in")


def test_a_form_is_refused_with_the_check_in(strategy: int) -> None:
    approver = UserFactory()
    document = running(strategy, approver)
    with unchanged(), pytest.raises(FormNotAccepted) as refused:
        call(document, approver, form_data={"amount": 3})
    assert refused.value.path == ("form_data",)


def test_whoever_takes_over_a_seat_checks_in_again(strategy: int) -> None:
    approver, friend = UserFactory.create_batch(2)
    document = running(strategy, approver)
    call(document, approver)
    delegate_step(step_id=seat(document, approver).pk, actor=approver, user_id=friend.pk)
    assert call(document, friend).outcome == StepOutcome.CHECKED_IN
    assert call(document, friend).outcome == StepOutcome.WORKFLOW_COMPLETED
