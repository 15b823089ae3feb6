"""Whose run it is that nobody started: the object's own person sees it and may cancel it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import override_settings

from django_workflow_engine.access.owners import owner_of
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from gql_workflows.demo.models import PurchaseRequest
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import asked, attachment_of
from tests.testapp.models import Deal, Document, UuidDocument

pytestmark = pytest.mark.django_db
RULES = {
    label: {"workflow_slug": "big_purchase"}
    for label in ("testapp.Deal", "demo.PurchaseRequest", "testapp.UuidDocument")
}


@pytest.fixture
def approver():
    return UserFactory()


def auto_start(**options):
    return override_settings(DJANGO_WORKFLOW_ENGINE={"AUTO_START_WORKFLOWS": RULES, **options})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_creator_is_the_starter_of_a_run_that_a_rule_started(strategy, approver):
    template_for(strategy, [[by_user(approver)]], name_en="Big purchase")
    creator = UserFactory()
    with auto_start():
        deal = Deal.objects.create(title="Printer", created_by=creator)
    attachment = attachment_of(deal)
    assert (attachment.started_by, attachment.status) == (creator, "in_progress")
    cancelled = cancel_workflow(attachment_id=attachment.pk, actor=creator, reason="Not needed")
    assert cancelled.status == "cancelled"


def test_a_configuration_s_run_is_the_creator_s_too(approver):
    template = template_for(3, [[by_user(approver)]])
    register_model_for_workflow(Deal, auto_start=True, default_workflow=template)
    creator = UserFactory()
    deal = Deal.objects.create(title="Printer", created_by=creator)
    assert attachment_of(deal).started_by == creator


def test_a_requester_is_the_starter_as_in_the_reference_s_example():
    requester = UserFactory()
    template_for(3, [[by_self()]], name_en="Big purchase")
    with auto_start():
        request = PurchaseRequest.objects.create(title="Desk", amount=Decimal(10), requester=requester)
    assert attachment_of(request).started_by == requester
    assert asked(request) == [requester]


def test_the_audit_trail_says_that_the_system_started_it(approver):
    template_for(3, [[by_user(approver)]], name_en="Big purchase")
    with auto_start():
        Deal.objects.create(title="Printer", created_by=UserFactory())
    lines = WorkflowEvent.objects.order_by("pk").values_list("kind", "actor_id", "actor_name")
    assert list(lines) == [("attached", "", ""), ("started", "", "")]


def test_the_owner_needs_no_permission_for_what_the_system_starts(approver):
    template_for(3, [[by_user(approver)]], name_en="Big purchase")
    creator = UserFactory()
    with auto_start(PERMISSIONS={"REQUIRE_PERMISSION_TO_START": True}):
        deal = Deal.objects.create(title="Printer", created_by=creator)
    assert attachment_of(deal).started_by == creator


@pytest.mark.parametrize("model", [Deal, UuidDocument])
def test_an_object_without_a_person_has_no_starter(model, approver):
    template_for(3, [[by_user(approver)]], name_en="Big purchase")
    with auto_start():
        obj = model.objects.create(title="Printer")
    assert attachment_of(obj).started_by is None


def test_the_settings_say_which_fields_name_the_person(approver):
    template_for(3, [[by_user(approver)]], name_en="Big purchase")
    with auto_start(OWNER_FIELDS=["requester", "title", "nothing"]):
        deal = Deal.objects.create(title="Printer", created_by=UserFactory())
        assert (attachment_of(deal).started_by, owner_of(deal)) == (None, None)


def test_nobody_is_asked_on_a_run_of_ones_own_where_deciding_is_forbidden():
    requester, other = UserFactory(), UserFactory()
    template_for(3, [[by_role(group_of(requester, other))]], name_en="Big purchase")
    with auto_start(FORBID_SELF_APPROVAL=True):
        request = PurchaseRequest.objects.create(title="Desk", amount=Decimal(10), requester=requester)
    assert asked(request) == [other]


def test_whoever_attaches_by_hand_stays_the_starter(approver):
    document, starter = Document.objects.create(title="Plan", created_by=UserFactory()), UserFactory()
    attach_workflow_to_object(document, template_for(3, [[by_user(approver)]]), user=starter)
    assert attachment_of(document).started_by == starter
    other = Document.objects.create(title="Plan", created_by=UserFactory())
    attach_workflow_to_object(other, template_for(3, [[by_user(approver)]]))
    assert attachment_of(other).started_by is None
