"""Something for carla to decide, on objects of two models with the same keys."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.services import attach_workflow_to_object, create_workflow
from gql_workflows.demo.models import PurchaseRequest, Ticket


def fill() -> None:
    """One template that she alone decides, attached to pairs of a purchase request and a ticket."""
    users = get_user_model()._default_manager
    carla, erin = users.get(username="carla"), users.get(username="erin")
    stage = StageSpec(name_en="Sign", approvals=[{"approval_type": "user", "approval_user": carla.pk}])
    spec = WorkflowSpec(name_en="Signature", pipelines=[PipelineSpec(name_en="All", stages=[stage])])
    template = create_workflow(spec=spec)
    for number in range(100, 110):
        request = PurchaseRequest.objects.create(pk=number, title=f"Request {number}", amount=number, requester=erin)
        ticket = Ticket.objects.create(pk=number, title=f"Ticket {number}", created_by=erin)
        for obj in (request, ticket):
            attach_workflow_to_object(obj, template, user=erin)
