"""All settings of the configuration example at once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.core.checks import run_checks
from django.test import override_settings

from django_workflow_engine.services import (
    attach_workflow_to_object,
    get_workflow_attachment,
    register_model_for_workflow,
)
from gql_workflows.demo.models import Opportunity, PurchaseRequest, Ticket
from tests.factories import DocumentFactory, by_user, template_for
from tests.runs import approve
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

DJANGO_WORKFLOW_ENGINE = {
    "DEPARTMENT_MODEL": "demo.Department",
    "ENABLED_MODELS": ["demo.PurchaseRequest", "demo.Opportunity", "demo.Ticket"],
    "DEFAULT_STATUS_FIELD": "workflow_status",
    "MODEL_WORKFLOW_MAPPINGS": {
        "demo.PurchaseRequest": ["purchase_approval", "emergency_approval"],
        "demo.Opportunity": ["sales_process"],
    },
    "AUTO_START_WORKFLOWS": {
        "demo.PurchaseRequest": {"workflow_slug": "purchase_approval", "conditions": {"amount__gte": 1000}}
    },
    "PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True, "REQUIRE_PERMISSION_TO_APPROVE": True},
}


@pytest.fixture(autouse=True)
def project():
    with override_settings(DJANGO_WORKFLOW_ENGINE=DJANGO_WORKFLOW_ENGINE):
        yield


@pytest.fixture(autouse=True)
def templates(manager):
    permitted(manager, "approve_workflow")  # who lacks it is not asked
    names = ("Purchase approval", "Emergency approval", "Sales process")
    return [template_for(3, [[by_user(manager)]], name_en=name) for name in names]


def permitted(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=user.pk)


def purchase(user: User, amount: int) -> PurchaseRequest:
    return PurchaseRequest.objects.create(title="Laptop", amount=amount, requester=user)


def test_django_s_checks_have_nothing_against_it():
    assert run_checks() == []


def test_a_workflow_starts_by_itself_from_the_amount_on(user, templates):
    assert get_workflow_attachment(purchase(user, 999)) is None
    started = get_workflow_attachment(purchase(user, 1000))
    assert (started.status, started.workflow.cloned_from) == ("in_progress", templates[0])


def test_models_take_only_what_they_are_mapped_to(user, templates):
    _purchase, emergency, sales = templates
    starter, small, document = permitted(user, "start_workflow"), purchase(user, 1), DocumentFactory()
    with unchanged(), pytest.raises(ValueError, match="does not take the workflow “Sales process”"):
        attach_workflow_to_object(small, sales, user=starter)
    with unchanged(), pytest.raises(ValueError, match="takes no workflows"):
        attach_workflow_to_object(document, sales, user=starter)
    deal = Opportunity.objects.create(name="Deal", amount=1, owner=user)
    ticket = Ticket.objects.create(title="Help", created_by=user)
    for obj, workflow in ((small, emergency), (deal, sales), (ticket, sales)):
        assert attach_workflow_to_object(obj, workflow, user=starter).status == "in_progress"


def test_starting_and_approving_need_their_permissions(user, manager, templates):
    small = purchase(user, 1)
    with unchanged(), pytest.raises(PermissionError, match="start_workflow"):
        attach_workflow_to_object(small, templates[0], user=user)
    attach_workflow_to_object(small, templates[0], user=permitted(user, "start_workflow"))
    manager.user_permissions.clear()
    with unchanged(), pytest.raises(PermissionError, match="approve_workflow"):
        approve(small, User.objects.get(pk=manager.pk))
    assert approve(small, permitted(manager, "approve_workflow")).outcome == "workflow_completed"


def test_a_model_registered_without_a_status_field_has_the_default_one():
    assert register_model_for_workflow(PurchaseRequest).status_field == "workflow_status"
