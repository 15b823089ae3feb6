"""FORBID_SELF_APPROVAL: nobody decides on what is theirs, by whatever field it is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User

from django_workflow_engine.errors import Forbidden, NoApprover
from django_workflow_engine.services import attach_workflow_to_object, delegate_step, preview_approvers
from gql_workflows.demo.models import Opportunity, PurchaseRequest, Ticket
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, seat
from tests.snapshot import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture(autouse=True)
def forbidden(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {"FORBID_SELF_APPROVAL": True}


def purchase(user: User) -> PurchaseRequest:
    return PurchaseRequest.objects.create(title="A million", amount=1, requester=user)


def deal(user: User) -> Opportunity:
    return Opportunity.objects.create(name="A million", amount=1, owner=user)


def ticket(user: User) -> Ticket:
    return Ticket.objects.create(title="A million", created_by=user)


OBJECTS = pytest.mark.parametrize("made", [purchase, deal, ticket])


@OBJECTS
def test_the_object_s_own_person_is_not_asked(strategy: int, made: Any) -> None:
    own, other = UserFactory.create_batch(2)
    obj, alone = made(own), template_for(strategy, [[by_user(own)]])
    with unchanged(), pytest.raises(NoApprover):
        attach_workflow_to_object(obj, alone, other)
    planned = preview_approvers(obj, alone, actor=other)
    assert [plan.problem is None for plan in planned] == [False]
    third = UserFactory()
    attach_workflow_to_object(obj, template_for(strategy, [[by_role(group_of(own, third))]]), other)
    assert asked(obj) == [third]


@OBJECTS
def test_a_seat_is_not_passed_to_the_object_s_own_person(strategy: int, made: Any) -> None:
    own, other, third = UserFactory.create_batch(3)
    obj = made(own)
    attach_workflow_to_object(obj, template_for(strategy, [[by_user(third)]]), other)
    with unchanged(), pytest.raises(Forbidden):
        delegate_step(step_id=seat(obj, third).pk, actor=third, user_id=own.pk)


@OBJECTS
def test_whoever_becomes_its_person_later_does_not_decide(strategy: int, made: Any) -> None:
    own, other, third = UserFactory.create_batch(3)
    obj = made(own)
    attach_workflow_to_object(obj, template_for(strategy, [[by_user(third)]]), other)
    field = {purchase: "requester", deal: "owner", ticket: "created_by"}[made]
    type(obj).objects.filter(pk=obj.pk).update(**{field: third})
    with unchanged(), pytest.raises(Forbidden):
        approve(obj, third)


def test_a_self_approval_is_ones_own_to_decide(strategy: int) -> None:
    own = UserFactory()
    obj = ticket(own)
    attach_workflow_to_object(obj, template_for(strategy, [[by_self()]]), UserFactory())
    approve(obj, own)
    assert asked(obj) == []


@pytest.mark.parametrize("action", ["approved", "rejected", "delegated", "escalated"])
@OBJECTS
def test_the_package_s_own_door_is_shut_too(strategy: int, made: Any, action: str) -> None:
    """Whom the object was handed to after the question, or to whom the package passed the seat, decides nothing."""
    own, other, third = UserFactory.create_batch(3)
    obj = made(own)
    attach_workflow_to_object(obj, template_for(strategy, [[by_user(third)]]), other)
    advance_flow(obj, "delegated", third, delegate_to=own)
    with unchanged(), pytest.raises(Forbidden):
        advance_flow(obj, action, own, delegate_to=UserFactory.build())
    assert asked(obj) == [own]
