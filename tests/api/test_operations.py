"""What administrators do over the API: configurations of models, and cleaning up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import DocumentFactory
from tests.runs import approve, attachment_of
from tests.snapshot import unchanged

FIELDS = """
model isEnabled autoStartWorkflow defaultWorkflow { id } statusField stageField completionStatusValue
rejectionStatusValue changesRequestedStatusValue resubmissionStatusValue
"""
CONFIGURE = f"""
mutation Configure($input: ConfigureModelInput!) {{
  configureModel(input: $input) {{ configuration {{ {FIELDS} }} errors {{ code path }} }}
}}
"""
CLEAN = """
mutation Clean($input: CleanupWorkflowsInput!) {
  cleanupWorkflows(input: $input) { attachmentsDeleted approvalFlowsDeleted dryRun errors { code path } }
}
"""
DEAL = {
    "model": "testapp.deal",
    "statusField": "status",
    "stageField": "title",
    "completionStatusValue": "won",
    "rejectionStatusValue": "lost",
    "changesRequestedStatusValue": "draft",
    "resubmissionStatusValue": "draft",
}


@pytest.fixture
def admin(admin_user: User) -> Api:
    return Api(admin_user)


def test_a_model_is_configured_and_keeps_what_is_left_out(office: Office, admin: Api) -> None:
    template = global_id("Workflow", office.template(1).pk)
    first = admin.run(CONFIGURE, input={**DEAL, "defaultWorkflowId": template})["configureModel"]["configuration"]
    assert first == {
        **DEAL,
        "model": "testapp.Deal",
        "isEnabled": True,
        "autoStartWorkflow": False,
        "defaultWorkflow": {"id": template},
    }
    given = {"model": "TESTAPP.Deal", "autoStartWorkflow": True, "stageField": None, "defaultWorkflowId": None}
    second = admin.run(CONFIGURE, input=given)["configureModel"]["configuration"]
    assert second == {**first, "autoStartWorkflow": True, "stageField": "", "defaultWorkflow": None}
    listed = admin.run(f"{{ modelConfigurations {{ {FIELDS} }} }}")["modelConfigurations"]
    assert listed == [second]


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"model": "no.Such"}, "MODEL_NOT_ENABLED", "model"),
        ({"model": "auth.User", "statusField": "is_superuser"}, "MODEL_NOT_ENABLED", "model"),
        ({"isEnabled": None}, "REQUIRED", "isEnabled"),
        ({"statusField": "colour"}, "INVALID", "statusField"),
        ({"statusField": "a" * 101}, "INVALID", "statusField"),
        ({"statusField": "a\x00"}, "INVALID", "statusField"),
        ({"statusField": "status", "completionStatusValue": "gone"}, "INVALID", "completionStatusValue"),
        ({"defaultWorkflowId": "nonsense"}, "NOT_FOUND", "defaultWorkflowId"),
    ],
)
def test_what_cannot_work_is_refused(office: Office, admin: Api, fields: dict[str, Any], code: str, path: str) -> None:
    with unchanged():
        answer = admin.run(CONFIGURE, input={"model": "testapp.Deal", **fields})["configureModel"]
    assert answer == {"configuration": None, "errors": [{"code": code, "path": [path]}]}


def test_a_frozen_version_is_no_default_workflow(office: Office, admin: Api) -> None:
    attach_workflow_to_object(office.document, office.template(1), user=office.owner)
    version = global_id("Workflow", attachment_of(office.document).workflow_id)
    with unchanged():
        answer = admin.run(CONFIGURE, input={"model": "testapp.Deal", "defaultWorkflowId": version})["configureModel"]
    assert answer["errors"] == [{"code": "INVALID", "path": ["defaultWorkflowId"]}]


def test_a_model_that_was_switched_off_is_switched_on_again(office: Office, admin: Api) -> None:
    models = "{ enabledModels }"
    assert "testapp.Document" in admin.run(models)["enabledModels"]
    admin.run(CONFIGURE, input={"model": "testapp.Document", "isEnabled": False})
    assert "testapp.Document" not in admin.run(models)["enabledModels"]
    admin.run(CONFIGURE, input={"model": "testapp.Document", "isEnabled": True})
    assert "testapp.Document" in admin.run(models)["enabledModels"]
    assert WorkflowConfiguration.objects.count() == 1


@pytest.fixture
def old_runs(office: Office) -> list[WorkflowAttachment]:
    """A run that ended forty days ago, one that ended today, and one that goes on."""
    template = office.template(3)
    documents = DocumentFactory.create_batch(3)
    for document in documents:
        attach_workflow_to_object(document, template, user=office.owner)
    for document in documents[:2]:
        approve(document, office.members[0])
    attachments = [attachment_of(document) for document in documents]
    past = timezone.now() - timedelta(days=40)
    WorkflowAttachment.objects.filter(pk=attachments[0].pk).update(completed_at=past)
    return attachments


def test_a_cleanup_counts_first_and_deletes_when_it_is_told(admin: Api, old_runs: list[WorkflowAttachment]) -> None:
    with unchanged():
        counted = admin.run(CLEAN, input={})["cleanupWorkflows"]
    assert counted == {"attachmentsDeleted": 1, "approvalFlowsDeleted": 1, "dryRun": True, "errors": []}
    cleaned = admin.run(CLEAN, input={"dryRun": False})["cleanupWorkflows"]
    assert cleaned == {**counted, "dryRun": False}
    assert set(WorkflowAttachment.objects.values_list("pk", flat=True)) == {run.pk for run in old_runs[1:]}


@pytest.mark.parametrize(
    ("given", "path"),
    [({"olderThanDays": -1}, "olderThanDays"), ({"status": ["IN_PROGRESS"], "olderThanDays": 0}, "status")],
)
def test_a_cleanup_of_what_still_runs_is_refused(
    admin: Api, old_runs: list[WorkflowAttachment], given: dict[str, Any], path: str
) -> None:
    with unchanged():
        answer = admin.run(CLEAN, input={**given, "dryRun": False})["cleanupWorkflows"]
    assert answer["errors"] == [{"code": "INVALID", "path": [path]}]
    assert answer["attachmentsDeleted"] == 0


def test_the_statistics_of_a_cleanup(admin: Api, old_runs: list[WorkflowAttachment]) -> None:
    document = """
    { cleanupStatistics {
      totalAttachments completedAttachments rejectedAttachments inProgressAttachments
      olderThan30Days olderThan90Days olderThan365Days
    } }
    """
    assert admin.run(document)["cleanupStatistics"] == {
        "totalAttachments": 3,
        "completedAttachments": 2,
        "rejectedAttachments": 0,
        "inProgressAttachments": 1,
        "olderThan30Days": 1,
        "olderThan90Days": 0,
        "olderThan365Days": 0,
    }
