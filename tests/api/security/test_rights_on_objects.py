"""What it takes to attach to an object and to start its run: acting on it, and not only knowing of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import attach_input
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory
from tests.runs import attachment_of
from tests.snapshot import unchanged

ATTACH = """
mutation Attach($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) { attachment { status startedBy { username } } errors { code path } }
}
"""
START = """
mutation Start($input: StartWorkflowInput!) {
  startWorkflow(input: $input) { attachment { status } errors { code path } }
}
"""
EVERY_RIGHT_BUT_THIS = (
    "add_document",
    "delete_document",
    "view_document",
    "change_deal",
    "change_workflow",
    "change_workflowattachment",
    "add_workflowattachment",
)

pytestmark = pytest.mark.parametrize("strategy", STRATEGIES)


def allowed(*codenames: str, **fields: Any) -> User:
    user = UserFactory(username="clerk", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.mark.parametrize("auto_start", [True, False])
@pytest.mark.parametrize("codenames", [("view_document",), EVERY_RIGHT_BUT_THIS])
def test_who_may_view_the_object_alone_does_not_attach_to_it(
    office: Office, strategy: WorkflowStrategy, codenames: tuple[str, ...], auto_start: bool
) -> None:
    given = attach_input(office.template(strategy), office.document, autoStart=auto_start)
    api = Api(allowed(*codenames, is_staff=True))
    with unchanged():
        answer = api.run(ATTACH, input=given)["attachWorkflow"]
    assert answer == {"attachment": None, "errors": [{"code": "FORBIDDEN", "path": ["target"]}]}


def test_who_may_not_even_view_it_hears_that_it_is_not_there(office: Office, strategy: WorkflowStrategy) -> None:
    given = attach_input(office.template(strategy), office.document)
    with unchanged():
        answer = Api(allowed("view_deal")).run(ATTACH, input=given)["attachWorkflow"]
    assert answer == {"attachment": None, "errors": [{"code": "NOT_FOUND", "path": ["target", "id"]}]}


def test_who_takes_part_in_a_run_of_another_object_hears_that_it_is_not_there(
    office: Office, strategy: WorkflowStrategy
) -> None:
    attach_workflow_to_object(DocumentFactory(), office.template(strategy), office.owner)
    given = attach_input(office.template(strategy), office.document)
    with unchanged():
        answer = Api(office.members[0]).run(ATTACH, input=given)["attachWorkflow"]
    assert answer == {"attachment": None, "errors": [{"code": "NOT_FOUND", "path": ["target", "id"]}]}


def test_who_sees_a_run_of_the_object_does_not_attach_to_it_again(office: Office, strategy: WorkflowStrategy) -> None:
    """An approver knows of the object, and no more than that."""
    attach_workflow_to_object(office.document, office.template(strategy), office.owner)
    attachment = attachment_of(office.document)
    attachment.approval_flow.instances.update(status="approved")  # type: ignore[union-attr]
    type(attachment).objects.update(status="completed")
    given = attach_input(office.template(strategy), office.document)
    with unchanged():
        answer = Api(office.members[0]).run(ATTACH, input=given)["attachWorkflow"]
    assert answer["errors"] == [{"code": "FORBIDDEN", "path": ["target"]}]


@pytest.mark.parametrize("right", ["change permission", "creator", "requester"])
def test_who_may_change_the_object_or_whose_it_is_attaches(
    office: Office, strategy: WorkflowStrategy, right: str
) -> None:
    clerk = allowed(*(["change_document"] if right == "change permission" else []))
    obj: Any = office.document
    if right == "creator":
        type(obj).objects.update(created_by=clerk)
    if right == "requester":
        obj = PurchaseRequest.objects.create(title="Chairs", amount=1, requester=clerk)
    answer = Api(clerk).run(ATTACH, input=attach_input(office.template(strategy), obj))["attachWorkflow"]
    assert answer == {"attachment": {"status": "IN_PROGRESS", "startedBy": {"username": "clerk"}}, "errors": []}


def test_who_may_view_the_object_alone_does_not_start_what_waits(office: Office, strategy: WorkflowStrategy) -> None:
    """The company that owns the template sees the run."""
    company = allowed("view_document", "change_workflowattachment", is_staff=True)
    template = office.template(strategy, company_id=company.pk)
    attachment = attach_workflow_to_object(office.document, template, office.owner, auto_start=False)
    given = {"attachmentId": global_id("WorkflowAttachment", attachment.pk)}
    with unchanged():
        answer = Api(company).run(START, input=given)["startWorkflow"]
    assert answer == {"attachment": None, "errors": [{"code": "FORBIDDEN", "path": ["attachmentId"]}]}
    company.user_permissions.add(Permission.objects.get(codename="change_document"))
    assert Api(company).run(START, input=given)["startWorkflow"]["attachment"] == {"status": "IN_PROGRESS"}
