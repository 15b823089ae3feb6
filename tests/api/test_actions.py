"""Actions over the API: for administrators, registered functions only; calls that failed are settled."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.models import ActionRun, Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory
from tests.snapshot import unchanged

NOTIFY, REFUSE = ("tests.testapp.workflow_actions." + name for name in ("notify", "refuse"))
CREATE = """
mutation Create($input: CreateActionInput!) {
  createAction(input: $input) {
    action { id actionType functionPath parameters order isActive } errors { code path }
  }
}
"""
UPDATE = """
mutation Update($input: UpdateActionInput!) {
  updateAction(input: $input) { action { actionType functionPath parameters order isActive } errors { code path } }
}
"""
DELETE = "mutation Delete($id: ID!) { deleteAction(id: $id) { deletedId errors { code path } } }"
CREATE_WORKFLOW = """
mutation Create($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) {
    workflow { actions { functionPath } pipelines { actions { actionType } stages { actions { order } } } }
    errors { code path }
  }
}
"""
RUNS = """
query Runs($filters: ActionRunFilter) {
  actionRuns(filters: $filters) {
    totalCount
    edges { node { id actionType functionPath status attempts lastError attachment { target { display } } } }
  }
}
"""
RETRY = "mutation Retry($id: ID!) { retryActionRun(id: $id) { actionRun { status } errors { code path } } }"
SKIP = """
mutation Skip($id: ID!) { skipActionRun(id: $id) { actionRun { status handledByName } errors { code path } } }
"""


@pytest.fixture
def admin(admin_user: User) -> Api:
    return Api(admin_user)


def owner_ids(template: WorkFlow) -> dict[str, str]:
    stage = Stage.objects.filter(pipeline__workflow=template).first()
    assert stage is not None
    return {
        "workflowId": global_id("Workflow", template.pk),
        "pipelineId": global_id("Pipeline", stage.pipeline_id),
        "stageId": global_id("Stage", stage.pk),
    }


@pytest.mark.parametrize("owner", ["workflowId", "pipelineId", "stageId"])
def test_an_action_is_added_to_each_kind_of_owner(office: Office, admin: Api, owner: str) -> None:
    ids = owner_ids(office.template(1))
    action = {"actionType": "AFTER_REJECT", "functionPath": NOTIFY, "parameters": {"to": ["a"]}}
    for order in range(2):
        created = admin.run(CREATE, input={owner: ids[owner], "action": action})["createAction"]
        assert created["errors"] == []
        key = int(WorkflowAction.objects.latest("pk").pk)
        assert created["action"] == {
            "id": global_id("WorkflowAction", key),
            **action,
            "order": order,
            "isActive": True,
        }


@pytest.mark.parametrize(
    ("owners", "code", "path"),
    [((), "REQUIRED", "workflowId"), (("workflowId", "stageId"), "INVALID", "stageId")],
)
def test_an_action_has_exactly_one_owner(
    office: Office, admin: Api, owners: tuple[str, ...], code: str, path: str
) -> None:
    ids = owner_ids(office.template(1))
    given = {name: ids[name] for name in owners}
    action = {"actionType": "AFTER_REJECT", "functionPath": NOTIFY}
    with unchanged():
        answer = admin.run(CREATE, input={**given, "action": action})["createAction"]
    assert answer == {"action": None, "errors": [{"code": code, "path": [path]}]}


@pytest.mark.parametrize("path", ["os.system", "tests.testapp.workflow_actions.send_mail", "no.such.thing"])
def test_a_function_that_is_not_registered_is_refused_everywhere(office: Office, admin: Api, path: str) -> None:
    template = office.template(1)
    action = {"actionType": "AFTER_REJECT", "functionPath": path}
    stored = WorkflowAction.objects.create(workflow=template, action_type="after_reject", function_path=NOTIFY)
    with unchanged():
        created = admin.run(CREATE, input={"workflowId": owner_ids(template)["workflowId"], "action": action})
        given = {"id": global_id("WorkflowAction", stored.pk), "functionPath": path}
        updated = admin.run(UPDATE, input=given)["updateAction"]
        stage = {"nameEn": "One", "actions": [action]}
        nested = admin.run(CREATE_WORKFLOW, input={"nameEn": "W", "pipelines": [{"nameEn": "P", "stages": [stage]}]})
    code = "ACTION_NOT_REGISTERED"
    assert created["createAction"]["errors"] == [{"code": code, "path": ["action", "functionPath"]}]
    assert updated["errors"] == [{"code": code, "path": ["functionPath"]}]
    where = ["pipelines", "0", "stages", "0", "actions", "0", "functionPath"]
    assert nested["createWorkflow"]["errors"] == [{"code": code, "path": where}]


def test_an_action_keeps_what_is_left_out(office: Office, admin: Api) -> None:
    action = WorkflowAction.objects.create(
        workflow=office.template(1), action_type="after_reject", function_path=NOTIFY, parameters={"a": 1}, order=3
    )
    given = {"id": global_id("WorkflowAction", action.pk), "isActive": False}
    expected = {"functionPath": NOTIFY, "order": 3, "isActive": False}
    kept = admin.run(UPDATE, input=given)["updateAction"]["action"]
    assert kept == {**expected, "actionType": "AFTER_REJECT", "parameters": {"a": 1}}
    given = {**given, "parameters": None, "actionType": "AFTER_DELEGATE"}
    changed = admin.run(UPDATE, input=given)["updateAction"]["action"]
    assert changed == {**expected, "actionType": "AFTER_DELEGATE", "parameters": {}}


def test_an_action_is_deleted(office: Office, admin: Api) -> None:
    action = WorkflowAction.objects.create(
        workflow=office.template(1), action_type="after_reject", function_path=NOTIFY
    )
    given = global_id("WorkflowAction", action.pk)
    assert admin.run(DELETE, id=given)["deleteAction"] == {"deletedId": given, "errors": []}
    assert admin.run(DELETE, id=given)["deleteAction"]["errors"] == [{"code": "NOT_FOUND", "path": ["id"]}]


def test_a_whole_template_comes_with_actions_at_every_level(office: Office, admin: Api) -> None:
    action = {"actionType": "AFTER_REJECT", "functionPath": NOTIFY}
    stage = {"nameEn": "One", "actions": [action, action]}
    pipeline = {"nameEn": "P", "stages": [stage], "actions": [action]}
    given = {"nameEn": "W", "pipelines": [pipeline], "actions": [action]}
    created = admin.run(CREATE_WORKFLOW, input=given)["createWorkflow"]["workflow"]
    assert created == {
        "actions": [{"functionPath": NOTIFY}],
        "pipelines": [
            {"actions": [{"actionType": "AFTER_REJECT"}], "stages": [{"actions": [{"order": 0}, {"order": 1}]}]}
        ],
    }


def test_who_may_create_templates_only_creates_none_with_actions(office: Office) -> None:
    company = UserFactory()
    given = {"nameEn": "W", "companyId": global_id("User", company.pk)}
    with_action = {**given, "actions": [{"actionType": "AFTER_REJECT", "functionPath": NOTIFY}]}
    with unchanged():
        (error,) = Api(company).errors(CREATE_WORKFLOW, input=with_action)
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert Api(company).run(CREATE_WORKFLOW, input=given)["createWorkflow"]["errors"] == []


@pytest.fixture
def incident(office: Office) -> ActionRun:
    """A call that failed for good, of a run on the office's document."""
    template = office.template(1)
    WorkflowAction.objects.create(workflow=template, action_type="on_workflow_start", function_path=REFUSE)
    attach_workflow_to_object(office.document, template, user=office.owner)
    attach_workflow_to_object(DocumentFactory(title="Other"), template, user=office.owner)
    run = ActionRun.objects.order_by("pk")[0]
    ActionRun.objects.filter(pk=run.pk).update(status="incident", attempts=5, last_error="It said no.")
    return run


def test_incidents_are_listed_with_where_they_happened(admin: Api, incident: ActionRun) -> None:
    found = admin.run(RUNS, filters={"status": ["INCIDENT"]})["actionRuns"]
    assert found["totalCount"] == 1
    assert found["edges"][0]["node"] == {
        "id": global_id("ActionRun", incident.pk),
        "actionType": "ON_WORKFLOW_START",
        "functionPath": REFUSE,
        "status": "INCIDENT",
        "attempts": 5,
        "lastError": "It said no.",
        "attachment": {"target": {"display": "Chairs"}},
    }


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2),
        ({"status": []}, 2),
        ({"status": ["PENDING", "INCIDENT"]}, 2),
        ({"actionType": ["AFTER_REJECT"]}, 0),
        ({"search": "REFUSE"}, 2),
        ({"search": "nothing"}, 0),
        ({"attachmentId": "nonsense"}, 0),
    ],
)
def test_calls_are_filtered(admin: Api, incident: ActionRun, filters: dict[str, Any], count: int) -> None:
    assert admin.run(RUNS, filters=filters)["actionRuns"]["totalCount"] == count


def test_calls_are_filtered_by_their_run(admin: Api, incident: ActionRun) -> None:
    given = {"attachmentId": global_id("WorkflowAttachment", incident.attachment_id)}
    (edge,) = admin.run(RUNS, filters=given)["actionRuns"]["edges"]
    assert edge["node"]["id"] == global_id("ActionRun", incident.pk)


def test_an_incident_is_retried_and_one_is_skipped(admin: Api, incident: ActionRun) -> None:
    given = global_id("ActionRun", incident.pk)
    assert admin.run(RETRY, id=given)["retryActionRun"] == {"actionRun": {"status": "PENDING"}, "errors": []}
    with unchanged():
        assert admin.run(SKIP, id=given)["skipActionRun"]["errors"] == [{"code": "CONFLICT", "path": ["id"]}]
    ActionRun.objects.update(status="incident")
    skipped = admin.run(SKIP, id=given)["skipActionRun"]["actionRun"]
    assert skipped == {"status": "SKIPPED", "handledByName": "admin"}


def test_seeing_calls_and_settling_them_are_two_rights(office: Office, incident: ActionRun) -> None:
    office.stranger.is_staff = True
    office.stranger.save()
    names = ("view_actionrun", "view_workflowattachment")
    office.stranger.user_permissions.add(*Permission.objects.filter(codename__in=names))
    staff = Api(office.stranger)
    assert staff.run(RUNS)["actionRuns"]["totalCount"] == 2
    with unchanged():
        (error,) = staff.errors(RETRY, id=global_id("ActionRun", incident.pk))
    assert error["extensions"]["code"] == "FORBIDDEN"


def test_the_registry_lists_what_actions_may_name(admin: Api) -> None:
    found = admin.run("{ registeredActions { functionPath label description } }")["registeredActions"]
    assert {
        "functionPath": NOTIFY,
        "label": "Notify",
        "description": "Keep what the first documented signature gets.",
    } in found
    assert Pipeline.objects.count() == 0
