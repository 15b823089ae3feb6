"""The status of the business object at the end of its run, in the three examples."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object, register_model_for_workflow, reject_step
from gql_workflows.demo.models import Opportunity, PurchaseRequest, Ticket
from tests.factories import by_user, template_for
from tests.runs import approve, seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_model(settings):
    settings.DJANGO_WORKFLOW_ENGINE = {}


@pytest.fixture
def template(manager):
    return template_for(3, [[by_user(manager)]])


def ends_with(obj, template, manager, field="status") -> tuple[str, str]:
    """The object's field after a completed run, and after a rejected one."""
    found = []
    for decide in (approve, lambda obj, user: reject_step(step_id=seat(obj, user).pk, actor=user, reason="No")):
        attach_workflow_to_object(obj, template)
        decide(obj, manager)
        obj.refresh_from_db()
        found.append(getattr(obj, field))
    return tuple(found)


def test_an_opportunity_is_won_or_lost(user, manager, template):
    register_model_for_workflow(Opportunity, status_field="status", stage_field="current_stage")
    ct = ContentType.objects.get_for_model(Opportunity)
    config = WorkflowConfiguration.objects.get(content_type=ct)
    config.completion_status_value = "won"
    config.rejection_status_value = "lost"
    config.save()
    opportunity = Opportunity.objects.create(name="Deal", amount=1, owner=user)
    assert ends_with(opportunity, template, manager) == ("won", "lost")


def test_a_ticket_is_closed_or_cancelled(user, manager, template):
    ct = ContentType.objects.get_for_model(Ticket)
    _config, created = WorkflowConfiguration.objects.get_or_create(
        content_type=ct,
        defaults={
            "status_field": "status",
            "completion_status_value": "closed",
            "rejection_status_value": "cancelled",
        },
    )
    assert created
    ticket = Ticket.objects.create(title="Help", created_by=user)
    assert ends_with(ticket, template, manager) == ("closed", "cancelled")


def test_a_purchase_request_is_approved_or_denied(user, manager, template):
    register_model_for_workflow(PurchaseRequest)
    ct = ContentType.objects.get_for_model(PurchaseRequest)
    config = WorkflowConfiguration.objects.get(content_type=ct)
    config.status_field = "workflow_status"
    config.completion_status_value = "approved"
    config.rejection_status_value = "denied"
    config.save()
    purchase = PurchaseRequest.objects.create(title="Laptop", amount=1, requester=user)
    assert ends_with(purchase, template, manager, "workflow_status") == ("approved", "denied")


@pytest.mark.parametrize(
    ("status_field", "completion", "rejection", "expected"),
    [
        ("", "completed", "rejected", ("open", "open")),
        ("status", "", "rejected", ("open", "rejected")),
        ("status", "completed", "rejected", ("completed", "rejected")),
    ],
)
def test_what_is_not_configured_leaves_the_object_alone(
    status_field, completion, rejection, expected, user, manager, template
):
    config = register_model_for_workflow(Ticket)
    config.status_field = status_field
    config.completion_status_value = completion
    config.rejection_status_value = rejection
    config.save()
    ticket = Ticket.objects.create(title="Help", created_by=user)
    assert ends_with(ticket, template, manager) == expected
