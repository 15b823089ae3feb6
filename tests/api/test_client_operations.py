"""The operations that clients are generated from, each sent as it stands, in all three strategies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

from django_workflow_engine.actions.runner import run_now
from django_workflow_engine.models import ActionRun, WorkflowEvent
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import by_role, target_of, template_input
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory
from tests.testapp.models import Document, Profile

OPERATIONS = Path(__file__).parents[2] / "examples" / "typescript" / "operations"
ACTION = "tests.testapp.workflow_actions.notify"


def documents() -> Iterator[tuple[str, str]]:
    """Each operation with all fragments of its file that it needs."""
    for path in sorted(OPERATIONS.glob("*.graphql")):
        parsed = parse(path.read_text())
        for node in parsed.definitions:
            if isinstance(node, OperationDefinitionNode) and node.name is not None:
                yield node.name.value, print_ast(DocumentNode(definitions=(node, *fragments_of(node, parsed))))


def fragments_of(node: Any, document: DocumentNode) -> list[FragmentDefinitionNode]:
    """The fragments that a definition spreads, whatever their depth."""
    text = print_ast(node)
    fragments = [entry for entry in document.definitions if isinstance(entry, FragmentDefinitionNode)]
    used = [entry for entry in fragments if f"...{entry.name.value}" in text and entry is not node]
    deeper = [inner for entry in used for inner in fragments_of(entry, document)]
    return list({entry.name.value: entry for entry in [*used, *deeper]}.values())


DOCUMENTS = dict(documents())
# Subscriptions are sent over WebSockets and as events: tests/api/test_subscriptions.py
SUBSCRIPTIONS = {"AttachmentChanged", "MyApprovalsCount"}
NEEDS_TWO_POSITIONS = {2: set(), 3: {"ApproveStep", "ApproveSteps"}}


class Client:
    """One user who sends the operations by name; the answers are free of errors, unless they are asked for."""

    def __init__(self, user: User, sent: set[str]) -> None:
        self._api, self._sent = Api(user), sent

    def send(self, name: str, **variables: Any) -> Any:
        self._sent.add(name)
        (answer,) = self._api.run(DOCUMENTS[name], **variables).values()
        if isinstance(answer, dict) and "errors" in answer:
            assert answer.pop("errors") == []
        return answer


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_operation_gives_right_data(office: Office, admin_user: User, settings: Any, strategy: Any) -> None:
    sent: set[str] = set()
    sign_in(office, sent)
    admin, owner, mona, milo = (Client(user, sent) for user in (admin_user, office.owner, *office.members))
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    Profile.objects.create(user=office.members[0], manager=office.stranger)
    template = create_template(admin, office, strategy)
    assert (template["status"], template["isActive"]) == ("ACTIVE", True)
    read_templates(admin, template)

    (choice,) = owner.send("AvailableWorkflows", model="testapp.document")
    assert (choice["id"], choice["strategy"]) == (template["id"], strategy.name)
    target = target_of(office.document)
    planned = owner.send("PreviewApprovers", workflowId=template["id"], target=target)
    positions = 1 if strategy == 3 else 3
    assert [step["problem"] for step in planned] == [None] * positions
    assert [[user["username"] for user in step["approvers"]] for step in planned] == [["mona", "milo"]] * positions

    attach = {"workflowId": template["id"], "target": target, "autoStart": False, "metadata": {"cost": 5}}
    attached = owner.send("AttachWorkflow", input=attach)["attachment"]
    assert (attached["status"], attached["metadata"], attached["currentSteps"]) == ("NOT_STARTED", {"cost": 5}, [])
    run = owner.send("StartWorkflow", input={"attachmentId": attached["id"]})["attachment"]
    assert (run["status"], run["progress"]["position"], run["progress"]["total"]) == ("IN_PROGRESS", 1, positions)
    assert len(run["currentSteps"]) == 2
    assert owner.send("AttachmentForTarget", target=target)["id"] == attached["id"]

    decide(mona, milo, office, positions)
    detail = owner.send("AttachmentDetail", id=attached["id"])
    kinds = WorkflowEvent.objects.filter(attachment__object_id=str(office.document.pk)).order_by("pk")
    assert [event["kind"].lower() for event in detail["events"]] == list(kinds.values_list("kind", flat=True))
    assert detail["status"] == ("REJECTED" if strategy == 3 else "IN_PROGRESS")
    listed = owner.send("AttachmentList", filters={"model": "testapp.Document"})
    assert (listed["totalCount"], listed["edges"][0]["node"]["id"]) == (1, attached["id"])
    end_runs(owner, mona, milo, template)
    if strategy == 1:
        change_stage(admin, template)
    administer(admin, template)
    unsent = SUBSCRIPTIONS | (set() if strategy == 1 else {"UpdateStage"} | NEEDS_TWO_POSITIONS[strategy])
    assert sent == set(DOCUMENTS) - unsent


def create_template(admin: Client, office: Office, strategy: Any) -> dict[str, Any]:
    approvals = [by_role(office.role)]
    positions = [approvals] if strategy == 3 else [approvals] * 3
    action = {"actionType": "ON_WORKFLOW_START", "functionPath": ACTION, "parameters": {"to": "all"}}
    created = admin.send("CreateWorkflow", input=template_input(strategy, positions, actions=[action]))["workflow"]
    assert [(entry["actionType"], entry["parameters"]) for entry in created["actions"]] == [
        ("ON_WORKFLOW_START", {"to": "all"})
    ]
    return created


def read_templates(admin: Client, template: dict[str, Any]) -> None:
    detail = admin.send("WorkflowDetail", id=template["id"])
    total = template["totalApprovalsCount"]
    assert detail["approvalSummary"]["byType"] == [{"approvalType": "ROLE", "count": total}]
    assert len(detail["diagram"]["nodes"]) == total
    listed = admin.send("WorkflowList")
    assert [edge["node"] for edge in listed["edges"]] == [template]
    overview = admin.send("Statistics")["overview"]
    assert (overview["totalWorkflows"], overview["totalApprovals"]) == (1, total)


def sign_in(office: Office, sent: set[str]) -> None:
    office.owner.set_password("secret")
    office.owner.save()
    anonymous = Api()
    login = anonymous.run(DOCUMENTS["Login"], username="olga", password="secret")["login"]
    assert (login["errors"], login["viewer"]["user"]["username"]) == ([], "olga")
    assert anonymous.run(DOCUMENTS["Viewer"])["viewer"]["user"]["username"] == "olga"
    sent |= {"Login", "Viewer"}


def step_of(client: Client) -> str:
    (edge,) = client.send("MyApprovals")["edges"]
    return str(edge["node"]["id"])


def decide(mona: Client, milo: Client, office: Office, positions: int) -> None:
    """Approve, send back, delegate and reject, as far as the positions go."""
    if positions > 1:
        approved = mona.send("ApproveStep", input={"stepId": step_of(mona)}, idempotencyKey="1")
        assert approved["attachment"]["progress"]["position"] == 2
        (result,) = milo.send("ApproveSteps", input={"stepIds": [step_of(milo)]})["results"]
        assert (result["errors"], result["step"]["status"]) == ([], "APPROVED")
    back = mona.send("RequestResubmission", input={"stepId": step_of(mona), "reason": "More"})
    assert back["outcome"] == "RESUBMISSION_REQUESTED"
    office.role.user_set.add(office.stranger)  # for a moment a colleague, without a seat
    passed = {"stepId": step_of(mona), "userId": global_id("User", office.stranger.pk), "reason": "Away"}
    assert mona.send("DelegateStep", input=passed)["outcome"] == "DELEGATED"
    office.role.user_set.remove(office.stranger)
    if positions == 1:
        rejected = milo.send("RejectStep", input={"stepId": step_of(milo), "reason": "No"})
        assert rejected["attachment"]["status"] == "REJECTED"


def another_run(owner: Client, template: dict[str, Any]) -> dict[str, Any]:
    document = DocumentFactory(created_by=Document.objects.first().created_by)
    attached = owner.send("AttachWorkflow", input={"workflowId": template["id"], "target": target_of(document)})
    return attached["attachment"]


def end_runs(owner: Client, mona: Client, milo: Client, template: dict[str, Any]) -> None:
    """Pass a step up, reject one, and call a run off."""
    run = another_run(owner, template)
    (first,) = (step["id"] for step in run["currentSteps"] if step["assignedTo"]["username"] == "mona")
    assert mona.send("EscalateStep", input={"stepId": first, "reason": "Unsure"})["outcome"] == "ESCALATED"
    (second,) = (step["id"] for step in run["currentSteps"] if step["assignedTo"]["username"] == "milo")
    rejected = milo.send("RejectStep", input={"stepId": second, "reason": "No"})
    assert (rejected["outcome"], rejected["attachment"]["status"]) == ("WORKFLOW_REJECTED", "REJECTED")
    run = another_run(owner, template)
    cancelled = owner.send("CancelWorkflow", input={"attachmentId": run["id"], "reason": "Wrong"})
    assert cancelled["attachment"]["status"] == "CANCELLED"


def change_stage(admin: Client, template: dict[str, Any]) -> None:
    (stage, *_rest) = template["pipelines"][0]["stages"]
    changed = admin.send("UpdateStage", input={"id": stage["id"], "color": "#000000"})["stage"]
    assert (changed["color"], changed["approvals"]) == ("#000000", stage["approvals"])


def administer(admin: Client, template: dict[str, Any]) -> None:
    configured = admin.send("ConfigureModel", input={"model": "testapp.document", "defaultWorkflowId": template["id"]})
    assert configured["configuration"] == {
        "model": "testapp.Document",
        "isEnabled": True,
        "autoStartWorkflow": False,
        "defaultWorkflow": {"id": template["id"]},
        "statusField": "",
        "stageField": "",
        "completionStatusValue": "",
        "rejectionStatusValue": "",
    }
    before = admin.send("CleanupStatistics")
    assert (before["totalAttachments"], before["olderThan30Days"]) == (3, 0)
    run_now(list(ActionRun.objects.values_list("pk", flat=True)))  # a run whose actions wait is not cleaned up
    cleaned = admin.send("CleanupWorkflows", input={"olderThanDays": 0, "dryRun": False, "status": ["CANCELLED"]})
    assert cleaned == {"attachmentsDeleted": 1, "approvalFlowsDeleted": 1, "dryRun": False}
    assert admin.send("CleanupStatistics")["totalAttachments"] == 2
    paths = [entry["functionPath"] for entry in admin.send("RegisteredActions")]
    assert ACTION in paths
    assert paths == sorted(paths)
