"""What one may not see does not exist, through every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import ConfigurationChanges, attach_workflow_to_object, configure_model
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.conftest import Office
from tests.api.documents import ATTACH, ATTACHMENT, ATTACHMENTS, FOR_TARGET, INBOX, NAMES, NODE, WORKFLOW
from tests.api.inputs import attach_input, target_of
from tests.client import Api
from tests.factories import UserFactory
from tests.testapp.models import Document

RESUBMIT = """
mutation Back($input: RequestResubmissionInput!) {
  requestResubmission(input: $input) { outcome errors { code path } }
}
"""
STAGES = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE


@pytest.fixture
def company(office: Office) -> User:
    return UserFactory(username="acme")


@pytest.fixture
def attachment(office: Office, company: User) -> WorkflowAttachment:
    """A run on a template that belongs to a company."""
    template = office.template(STAGES, company_id=company.pk)
    return attach_workflow_to_object(office.document, template, office.owner)


def staff(*codenames: str) -> User:
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def ids_of(attachment: WorkflowAttachment) -> dict[str, str]:
    """The global id of everything that hangs on a run."""
    version = attachment.workflow
    pipeline = version.pipelines.first()
    step = attachment.approval_flow.instances.first()
    return {
        "Workflow": global_id("Workflow", version.pk),
        "Pipeline": global_id("Pipeline", pipeline.pk),
        "Stage": global_id("Stage", pipeline.stages.first().pk),
        "WorkflowAttachment": global_id("WorkflowAttachment", attachment.pk),
        "ApprovalStep": global_id("ApprovalStep", step.pk),
        "WorkflowEvent": global_id("WorkflowEvent", attachment.events.first().pk),
        "User": global_id("User", attachment.started_by_id),
    }


def seen_by(api: Api, attachment: WorkflowAttachment) -> dict[str, bool]:
    """Through which doors the run, and what hangs on it, is there."""
    ids = ids_of(attachment)
    nodes = {name: api.run(NODE, id=value)["node"] for name, value in ids.items() if name != "User"}
    doors = {
        "attachment": api.run(ATTACHMENT, id=ids["WorkflowAttachment"])["attachment"],
        "for target": api.run(FOR_TARGET, target=target_of(attachment.target))["attachmentForTarget"],
        "list": api.run(ATTACHMENTS)["attachments"]["edges"],
        "count": api.run(ATTACHMENTS)["attachments"]["totalCount"],
        "version": api.run(WORKFLOW, id=ids["Workflow"])["workflow"],
        "versions": api.run(NAMES, filters={"includeHidden": True, "search": "(Copy)"})["workflows"]["edges"],
    }
    return {name: bool(found) for name, found in (doors | nodes).items()}


@pytest.mark.parametrize("who", ["owner", "member", "company", "staff", "superuser"])
def test_whoever_takes_part_sees_the_run_through_every_door(
    office: Office, company: User, attachment: WorkflowAttachment, who: str
) -> None:
    user = {
        "owner": lambda: office.owner,
        "member": lambda: office.members[1],
        "company": lambda: company,
        "staff": lambda: staff("view_workflowattachment"),
        "superuser": lambda: UserFactory(is_staff=True, is_superuser=True),
    }[who]()
    assert set(seen_by(Api(user), attachment).values()) == {True}


@pytest.mark.parametrize("who", ["stranger", "staff without the permission", "permission without staff"])
def test_nobody_else_sees_anything_of_it_through_any_door(
    office: Office, attachment: WorkflowAttachment, who: str
) -> None:
    user = office.stranger
    if who == "staff without the permission":
        user = staff()
    if who == "permission without staff":
        user.user_permissions.set(Permission.objects.filter(codename="view_workflowattachment"))
    assert set(seen_by(Api(user), attachment).values()) == {False}
    assert Api(user).run(NODE, id=ids_of(attachment)["User"])["node"] is None


def test_a_template_is_seen_by_its_company_alone(
    office: Office, company: User, attachment: WorkflowAttachment, member: Api
) -> None:
    template = attachment.workflow.cloned_from
    template_id = global_id("Workflow", template.pk)
    assert Api(company).run(WORKFLOW, id=template_id)["workflow"]["nameEn"] == "Purchase approval"
    assert Api(staff("view_workflow")).run(WORKFLOW, id=template_id)["workflow"] is not None
    for api in (member, Api(office.stranger), Api(office.owner)):
        assert api.run(WORKFLOW, id=template_id)["workflow"] is None
        assert api.run(NODE, id=template_id)["node"] is None
        assert api.run(NAMES)["workflows"]["totalCount"] == 0
    found = member.run(ATTACHMENT, id=ids_of(attachment)["WorkflowAttachment"])["attachment"]
    assert found["workflow"]["clonedFrom"] is None
    answer = Api(office.owner).run(ATTACH, input=attach_input(template, office.document))["attachWorkflow"]
    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]


def test_a_template_without_a_company_is_everybodys(office: Office, stranger: Api) -> None:
    office.template(STAGES)
    assert stranger.run(NAMES)["workflows"]["totalCount"] == 1


def test_the_inbox_holds_only_ones_own_seats(office: Office, attachment: WorkflowAttachment, owner: Api) -> None:
    assert owner.run(INBOX)["myApprovals"]["totalCount"] == 0
    assert Api(office.stranger).run(INBOX, filters={"status": ["CURRENT"]})["myApprovals"]["totalCount"] == 0
    found = Api(office.members[0]).run(INBOX)["myApprovals"]["edges"]
    assert [edge["node"]["assignedTo"]["username"] for edge in found] == ["mona"]


def test_the_inbox_holds_no_run_of_a_model_that_was_switched_off(
    office: Office, attachment: WorkflowAttachment, member: Api
) -> None:
    assert member.run(INBOX)["myApprovals"]["totalCount"] == 1
    configure_model(model=Document, changes=ConfigurationChanges(is_enabled=False))
    assert member.run(INBOX)["myApprovals"] == {**member.run(INBOX)["myApprovals"], "totalCount": 0, "edges": []}
    assert member.run(ATTACHMENTS)["attachments"]["totalCount"] == 0


class Narrower(AccessPolicy):
    """A project's rule that hides one workflow."""

    def workflows(self, user: Any) -> Any:
        return super().workflows(user).exclude(name_en="Hidden")


def test_what_a_project_hides_of_the_workflows_is_hidden_by_id_too(
    office: Office, stranger: Api, settings: Any
) -> None:
    shown, hidden = (office.template(STAGES, name_en=name) for name in ("Shown", "Hidden"))
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.Narrower"}
    assert stranger.run(WORKFLOW, id=global_id("Workflow", shown.pk))["workflow"]["nameEn"] == "Shown"
    assert stranger.run(WORKFLOW, id=global_id("Workflow", hidden.pk))["workflow"] is None


def test_a_stage_of_a_template_that_one_may_not_see_names_no_place(
    office: Office, attachment: WorkflowAttachment, member: Api
) -> None:
    template = attachment.workflow.cloned_from
    assert template is not None
    own, frozen = (row.pipelines.first().stages.first() for row in (template, attachment.workflow))  # type: ignore[union-attr]
    step = global_id("ApprovalStep", attachment.approval_flow.instances.get(assigned_to=office.members[0]).pk)  # type: ignore[union-attr]
    answers = [
        member.run(RESUBMIT, input={"stepId": step, "stageId": global_id("Stage", stage.pk), "reason": "Again"})
        for stage in (own, frozen)
    ]
    refused, done = (answer["requestResubmission"] for answer in answers)
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("NOT_FOUND", ["stageId"])]
    assert done["outcome"] == "RESUBMISSION_REQUESTED"


def test_people_and_roles_are_nodes_only_for_whoever_meets_them(
    office: Office, attachment: WorkflowAttachment, member: Api, stranger: Api
) -> None:
    people = {user.username: global_id("User", user.pk) for user in (office.owner, *office.members, office.stranger)}
    met = {name: bool(member.run(NODE, id=key)["node"]) for name, key in people.items()}
    assert met == {"olga": True, "mona": True, "milo": True, "stan": False}
    role = global_id("Role", office.role.pk)
    assert member.run(NODE, id=role)["node"] == {"__typename": "Role", "id": role}
    assert stranger.run(NODE, id=role)["node"] is None


def test_a_deleted_object_leaves_its_run_readable(office: Office, attachment: WorkflowAttachment, owner: Api) -> None:
    office.document.delete()
    found = owner.run(ATTACHMENT, id=ids_of(attachment)["WorkflowAttachment"])["attachment"]
    assert found["target"]["display"] == ""


def test_an_anonymous_caller_reaches_login_logout_and_viewer_alone(office: Office) -> None:
    api = Api()
    assert api.run("{ viewer { user { id } } }") == {"viewer": None}
    assert api.run("mutation { logout }") == {"logout": False}
    calls: list[tuple[str, dict[str, Any]]] = [
        (NODE, {"id": "x"}),
        (WORKFLOW, {"id": "x"}),
        (NAMES, {}),
        (ATTACHMENT, {"id": "x"}),
        (ATTACHMENTS, {}),
        (INBOX, {}),
        (FOR_TARGET, {"target": target_of(office.document)}),
        (ATTACH, {"input": attach_input(office.template(STAGES), office.document)}),
    ]
    for document, variables in calls:
        (error,) = api.errors(document, **variables)
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}


def test_the_templates_of_a_company_that_was_deleted_stay_hidden(office: Office, stranger: Api) -> None:
    company = UserFactory()
    template = office.template(3, name_en="Theirs", company_id=company.pk)
    company.delete()
    given = global_id("Workflow", template.pk)
    found = stranger.run(
        """
        query Q($id: ID!) {
          node(id: $id) { id } workflow(id: $id) { id } workflows { totalCount }
          availableWorkflows(model: "testapp.Document") { id }
          workflowStatistics { overview { totalWorkflows } }
        }
        """,
        id=given,
    )
    assert found == {
        "node": None,
        "workflow": None,
        "workflows": {"totalCount": 0},
        "availableWorkflows": [],
        "workflowStatistics": {"overview": {"totalWorkflows": 0}},
    }
