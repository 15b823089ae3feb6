"""Administrators, who are staff with a model's view permission, see every row of that model, and of no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import NAMES, NODE, WORKFLOW
from tests.client import Api
from tests.factories import STRATEGIES, UserFactory
from tests.snapshot import unchanged

NOTIFY = "tests.testapp.workflow_actions.notify"
RETRY = "mutation Retry($id: ID!) { retryActionRun(id: $id) { actionRun { status } errors { code path } } }"
AVAILABLE = 'query All { availableWorkflows(model: "testapp.Document") { id } }'
ACTIONS = "query One($id: ID!) { workflow(id: $id) { actions { functionPath } } }"


def allowed(*codenames: str, is_staff: bool = True) -> Api:
    user: User = UserFactory(is_staff=is_staff)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return Api(user)


@pytest.fixture(params=STRATEGIES)
def run(request: pytest.FixtureRequest, office: Office) -> WorkflowAttachment:
    """A run on a company's template, which called an action."""
    template = office.template(request.param, company_id=UserFactory(username="acme").pk)
    WorkflowAction.objects.create(workflow=template, action_type="on_workflow_start", function_path=NOTIFY)
    return attach_workflow_to_object(office.document, template, office.owner)


def shown(api: Api, row: WorkFlow) -> tuple[bool, bool]:
    """Whether a workflow is there by its id, and as a node."""
    given = global_id("Workflow", row.pk)
    return api.run(WORKFLOW, id=given)["workflow"] is not None, api.run(NODE, id=given)["node"] is not None


def names(api: Api, **filters: Any) -> int:
    found: int = api.run(NAMES, filters=filters)["workflows"]["totalCount"]
    return found


def test_who_views_workflows_sees_every_template_and_every_version(run: WorkflowAttachment) -> None:
    api, template = allowed("view_workflow"), run.workflow.cloned_from
    assert template is not None
    assert api.run(AVAILABLE)["availableWorkflows"] == [{"id": global_id("Workflow", template.pk)}]
    assert allowed().run(AVAILABLE)["availableWorkflows"] == []
    assert shown(api, template) == shown(api, run.workflow) == (True, True)
    assert (names(api), names(api, includeHidden=True)) == (1, 2)


@pytest.mark.parametrize(
    ("codenames", "is_staff"),
    [(["view_workflow"], False), ([], True), (["view_workflowattachment", "view_workflowaction"], False)],
)
def test_half_of_that_shows_nothing(run: WorkflowAttachment, codenames: list[str], is_staff: bool) -> None:
    api, template = allowed(*codenames, is_staff=is_staff), run.workflow.cloned_from
    assert template is not None
    assert shown(api, template) == shown(api, run.workflow) == (False, False)
    assert (names(api), names(api, includeHidden=True)) == (0, 0)


def test_who_views_runs_sees_their_versions_and_not_the_templates(run: WorkflowAttachment) -> None:
    api, template = allowed("view_workflowattachment"), run.workflow.cloned_from
    assert template is not None
    assert (shown(api, template), shown(api, run.workflow)) == ((False, False), (True, True))
    assert (names(api), names(api, includeHidden=True)) == (0, 1)


@pytest.mark.parametrize(
    ("codenames", "count"),
    [
        (["view_workflow"], 0),
        (["view_workflow", "view_workflowaction"], 1),
        (["view_workflow", "change_workflow"], 1),
    ],
)
def test_actions_are_shown_to_who_may_change_templates_or_view_actions(
    run: WorkflowAttachment, codenames: list[str], count: int
) -> None:
    template = run.workflow.cloned_from
    assert template is not None
    action = global_id("WorkflowAction", WorkflowAction.objects.get(workflow=template).pk)
    api = allowed(*codenames)
    found = api.run(ACTIONS, id=global_id("Workflow", template.pk))["workflow"]["actions"]
    assert found == [{"functionPath": NOTIFY}] * count
    assert (api.run(NODE, id=action)["node"] is not None) is bool(count)


def test_a_call_of_an_action_is_no_node_for_who_only_takes_part(office: Office, run: WorkflowAttachment) -> None:
    given = global_id("ActionRun", ActionRun.objects.get().pk)
    takes_part = [Api(office.owner), Api(office.members[0]), Api(User.objects.get(username="acme"))]
    half = [allowed("view_workflowattachment"), allowed("view_actionrun"), allowed("view_actionrun", is_staff=False)]
    assert [api.run(NODE, id=given)["node"] for api in (*takes_part, *half)] == [None] * 6
    assert allowed("view_actionrun", "view_workflowattachment").run(NODE, id=given)["node"] is not None


def test_who_may_settle_calls_and_not_view_them_finds_none(run: WorkflowAttachment) -> None:
    ActionRun.objects.update(status="incident")
    given = global_id("ActionRun", ActionRun.objects.get().pk)
    with unchanged():
        answer = allowed("change_actionrun", "view_workflowattachment").run(RETRY, id=given)["retryActionRun"]
    assert answer == {"actionRun": None, "errors": [{"code": "NOT_FOUND", "path": ["id"]}]}


def test_of_several_templates_the_one_is_given_that_was_asked_for(office: Office) -> None:
    made = [office.template(strategy, name_en=f"Template {strategy}") for strategy in STRATEGIES]
    api = Api(office.stranger)
    found = [api.run(WORKFLOW, id=global_id("Workflow", row.pk))["workflow"]["nameEn"] for row in made]
    assert found == ["Template 1", "Template 2", "Template 3"]
