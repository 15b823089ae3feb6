"""A project's narrower policy: what it takes away is gone from what hangs on it, through every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.models import ActionRun, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api import listening
from tests.api.conftest import Office
from tests.api.documents import APPROVE, INBOX, NODE
from tests.api.listening import COUNT
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory
from tests.runs import open_steps, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document

NOTIFY = "tests.testapp.workflow_actions.notify"
RUNS = """
query Runs($filters: ActionRunFilter, $first: Int) {
  actionRuns(filters: $filters, first: $first) {
    totalCount pageInfo { hasNextPage } edges { node { id attachment { target { display } } } }
  }
}
"""
RETRY = "mutation Retry($id: ID!) { retryActionRun(id: $id) { actionRun { status } errors { code path } } }"
SKIP = "mutation Skip($id: ID!) { skipActionRun(id: $id) { actionRun { status } errors { code path } } }"
ASKED = {"status": ["CURRENT", "APPROVED"]}


def secret() -> list[str]:
    """The keys of the documents that the policies hide."""
    return [str(key) for key in Document.objects.filter(title="Secret").values_list("pk", flat=True)]


class FewerAttachments(AccessPolicy):
    """Hides the runs of some objects."""

    def attachments(self, user: Any) -> Any:
        return super().attachments(user).exclude(object_id__in=secret())


class FewerSteps(AccessPolicy):
    """Hides the steps of some runs."""

    def steps(self, user: Any) -> Any:
        return super().steps(user).exclude(flow__object_id__in=secret())


class FewerAsked(AccessPolicy):
    """Hides some runs from the inbox alone."""

    def asked(self, user: Any) -> Any:
        return super().asked(user).exclude(flow__object_id__in=secret())


def narrow(settings: Any, policy: type[AccessPolicy]) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{policy.__name__}"}


@pytest.fixture(params=STRATEGIES)
def runs(request: pytest.FixtureRequest, office: Office) -> dict[str, WorkflowAttachment]:
    """Two runs that wait for the same two people, and that called an action each."""
    template = office.template(request.param)
    WorkflowAction.objects.create(workflow=template, action_type="on_workflow_start", function_path=NOTIFY)
    documents = [office.document, DocumentFactory(title="Secret", created_by=office.owner)]
    return {made.title: attach_workflow_to_object(made, template, office.owner) for made in documents}


class TestCallsOfActions:
    """Calls of actions belong to runs."""

    @pytest.fixture
    def staff(self, runs: Any) -> Api:
        user = UserFactory(is_staff=True)
        names = ("view_actionrun", "change_actionrun", "view_workflowattachment")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        ActionRun.objects.update(status="incident")
        return Api(user)

    def test_they_are_counted_and_paged_without_those_of_hidden_runs(
        self, staff: Api, runs: dict[str, WorkflowAttachment], settings: Any
    ) -> None:
        assert staff.run(RUNS, first=1)["actionRuns"]["totalCount"] == 2
        narrow(settings, FewerAttachments)
        shown = ActionRun.objects.get(attachment=runs["Chairs"])
        expected = {
            "totalCount": 1,
            "pageInfo": {"hasNextPage": False},
            "edges": [
                {"node": {"id": global_id("ActionRun", shown.pk), "attachment": {"target": {"display": "Chairs"}}}}
            ],
        }
        assert staff.run(RUNS, first=1)["actionRuns"] == expected
        assert staff.run(RUNS, filters={"status": ["INCIDENT"]})["actionRuns"] == expected
        own = {"attachmentId": global_id("WorkflowAttachment", runs["Secret"].pk)}
        found = staff.run(RUNS, filters=own)["actionRuns"]
        assert (found["totalCount"], found["edges"]) == (0, [])

    def test_one_of_a_hidden_run_is_no_node_and_is_not_settled(
        self, staff: Api, runs: dict[str, WorkflowAttachment], settings: Any
    ) -> None:
        ids = {name: global_id("ActionRun", ActionRun.objects.get(attachment=run).pk) for name, run in runs.items()}
        assert staff.run(NODE, id=ids["Secret"])["node"] == {"__typename": "ActionRun", "id": ids["Secret"]}
        narrow(settings, FewerAttachments)
        assert staff.run(NODE, id=ids["Secret"])["node"] is None
        assert staff.run(NODE, id=ids["Chairs"])["node"] == {"__typename": "ActionRun", "id": ids["Chairs"]}
        for document in (RETRY, SKIP):
            with unchanged():
                (answer,) = staff.run(document, id=ids["Secret"]).values()
            assert answer == {"actionRun": None, "errors": [{"code": "NOT_FOUND", "path": ["id"]}]}
        assert staff.run(RETRY, id=ids["Chairs"])["retryActionRun"]["errors"] == []


def inbox(api: Api, **given: Any) -> tuple[int, set[str]]:
    """How many steps an inbox has, and of which objects."""
    found = api.run(INBOX, **given)["myApprovals"]
    return found["totalCount"], {edge["node"]["attachment"]["target"]["display"] for edge in found["edges"]}


def count(user: User) -> int:
    """What the subscription says first."""
    told: list[int] = []

    async def scenario() -> None:
        async with listening.socket(user) as client:
            await client.subscribe(COUNT)
            told.append(await client.data())

    listening.run(scenario)
    return told[0]


class TestInbox:
    """The inbox holds the steps of what one sees."""

    @pytest.mark.parametrize("policy", [FewerAttachments, FewerSteps, FewerAsked])
    def test_it_is_narrowed_with_its_count(
        self, office: Office, member: Api, runs: dict[str, WorkflowAttachment], settings: Any, policy: Any
    ) -> None:
        assert inbox(member) == inbox(member, filters=ASKED) == (2, {"Chairs", "Secret"})
        narrow(settings, policy)
        assert inbox(member) == inbox(member, filters=ASKED) == (1, {"Chairs"})
        assert inbox(member, first=1) == (1, {"Chairs"})

    @pytest.mark.parametrize("policy", [FewerAttachments, FewerSteps, FewerAsked])
    def test_its_numbers_are_narrowed(
        self, member: Api, runs: dict[str, WorkflowAttachment], settings: Any, policy: Any
    ) -> None:
        ask = "{ myApprovalsSummary { waiting byWorkflow { waiting } byModel { waiting } } }"

        def numbers(waiting: int) -> dict[str, Any]:
            lines = [{"waiting": waiting}]
            return {"waiting": waiting, "byWorkflow": lines, "byModel": lines}

        assert member.run(ask)["myApprovalsSummary"] == numbers(2)
        narrow(settings, policy)
        assert member.run(ask)["myApprovalsSummary"] == numbers(1)

    @pytest.mark.parametrize("policy", [FewerAttachments, FewerSteps, FewerAsked])
    def test_the_number_that_is_listened_to_is_narrowed(
        self, office: Office, runs: dict[str, WorkflowAttachment], settings: Any, policy: Any
    ) -> None:
        assert count(office.members[0]) == 2
        narrow(settings, policy)
        assert count(office.members[0]) == 1

    @pytest.mark.parametrize("policy", [FewerAttachments, FewerSteps])
    def test_a_hidden_step_is_no_node_and_is_not_decided(
        self, office: Office, member: Api, runs: dict[str, WorkflowAttachment], settings: Any, policy: Any
    ) -> None:
        steps = {name: seat(run.target, office.members[0]) for name, run in runs.items()}
        ids = {name: global_id("ApprovalStep", step.pk) for name, step in steps.items()}
        narrow(settings, policy)
        assert member.run(NODE, id=ids["Secret"])["node"] is None
        with unchanged():
            answer = member.run(APPROVE, input={"stepId": ids["Secret"]})["approveStep"]
        assert (answer["outcome"], answer["step"], answer["attachment"]) == (None, None, None)
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [("NOT_FOUND", ["stepId"])]
        assert member.run(APPROVE, input={"stepId": ids["Chairs"]})["approveStep"]["errors"] == []

    def test_what_one_was_asked_is_what_the_policy_says(
        self, office: Office, runs: dict[str, WorkflowAttachment]
    ) -> None:
        user, other = office.members
        every = {step.pk for run in runs.values() for step in open_steps(run.target) if step.assigned_to == user}
        chairs = seat(runs["Chairs"].target, user).pk
        assert set(AccessPolicy().asked(user).values_list("pk", flat=True)) == every
        for policy in (FewerAttachments, FewerSteps, FewerAsked):
            assert list(policy().asked(user).values_list("pk", flat=True)) == [chairs]
            assert list(policy().asked(other)) == [seat(runs["Chairs"].target, other)]
            assert not policy().asked(office.owner).exists()
