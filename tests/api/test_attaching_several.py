"""attachWorkflows: one answer for each object, in the order of the targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import target_of
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory
from tests.runs import asked, attachment_of, history
from tests.snapshot import unchanged
from tests.testapp.models import Document, Unlisted, UuidDocument

pytestmark = pytest.mark.django_db

ATTACH_ALL = """
mutation AttachAll($input: AttachWorkflowsInput!, $key: String) {
  attachWorkflows(input: $input, idempotencyKey: $key) {
    results {
      attachment {
        id status metadata target { key display } startedBy { username } currentSteps { assignedTo { username } }
      }
      errors { code path }
    }
    errors { code path }
  }
}
"""


def given(template: Model, targets: Sequence[dict[str, str]], **fields: Any) -> dict[str, Any]:
    return {"workflowId": global_id("Workflow", template.pk), "targets": targets, **fields}


def refused(*found: dict[str, Any]) -> list[tuple[str, list[str]] | None]:
    """The refusal of each answer, None where there is none."""
    return [(one["errors"][0]["code"], one["errors"][0]["path"]) if one["errors"] else None for one in found]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_object_gets_a_run(office: Office, owner: Api, strategy: Any) -> None:
    documents = DocumentFactory.create_batch(3, created_by=office.owner)
    targets = [target_of(document) for document in documents]
    answer = owner.run(ATTACH_ALL, input=given(office.template(strategy), targets, metadata={"a": 1}))
    assert answer["attachWorkflows"]["errors"] == []
    for document, result in zip(documents, answer["attachWorkflows"]["results"], strict=True):
        attachment = result["attachment"]
        assert result["errors"] == []
        assert attachment["id"] == global_id("WorkflowAttachment", attachment_of(document).pk)
        assert (attachment["status"], attachment["metadata"]) == ("IN_PROGRESS", {"a": 1})
        assert attachment["target"]["key"] == str(document.pk)
        assert attachment["startedBy"] == {"username": "olga"}
        assert {step["assignedTo"]["username"] for step in attachment["currentSteps"]} == {"mona", "milo"}
        assert history(document) == ["attached", "started"]


def test_without_a_start_they_wait_for_it(office: Office, owner: Api) -> None:
    answer = owner.run(ATTACH_ALL, input=given(office.template(3), [target_of(office.document)], autoStart=False))
    (result,) = answer["attachWorkflows"]["results"]
    assert (result["attachment"]["status"], result["attachment"]["currentSteps"]) == ("NOT_STARTED", [])


def test_what_is_refused_says_where_and_leaves_the_others_attached(office: Office, owner: Api) -> None:
    running, free = DocumentFactory.create_batch(2, created_by=office.owner)
    unknown, known = DocumentFactory(created_by=office.stranger), UuidDocument.objects.create(title="U")
    template = office.template(3)
    attach_workflow_to_object(running, template)
    office.owner.user_permissions.add(Permission.objects.get(codename="view_uuiddocument"))
    targets = [
        target_of(running),
        {"model": "testapp.Document", "id": "0"},
        {"model": "testapp.Nothing", "id": "1"},
        target_of(Unlisted.objects.create(title="No")),
        target_of(unknown),
        target_of(free),
        {"model": "TESTAPP.document", "id": str(free.pk)},
        target_of(known),
        {"model": "testapp.Document", "id": "nonsense"},
    ]
    answer = owner.run(ATTACH_ALL, input=given(template, targets))["attachWorkflows"]
    assert refused(*answer["results"]) == [
        ("ALREADY_ATTACHED", ["targets", "0"]),
        ("NOT_FOUND", ["targets", "1", "id"]),
        ("MODEL_NOT_ENABLED", ["targets", "2", "model"]),
        ("MODEL_NOT_ENABLED", ["targets", "3", "model"]),
        ("NOT_FOUND", ["targets", "4", "id"]),
        None,
        ("ALREADY_ATTACHED", ["targets", "6"]),
        ("FORBIDDEN", ["targets", "7"]),
        ("NOT_FOUND", ["targets", "8", "id"]),
    ]
    assert [result["attachment"] is None for result in answer["results"]] == [
        bool(result["errors"]) for result in answer["results"]
    ]
    assert asked(free) == office.members
    assert WorkflowAttachment.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"workflowId": global_id("Workflow", 0)}, {"code": "NOT_FOUND", "path": ["workflowId"]}),
        ({"metadata": [1]}, {"code": "INVALID", "path": ["metadata"]}),
        ({"targets": [{"model": "testapp.Document", "id": "1"}] * 101}, {"code": "INVALID", "path": ["targets"]}),
    ],
)
def test_what_no_object_can_be_attached_with(
    office: Office, owner: Api, fields: dict[str, Any], refusal: dict[str, Any]
) -> None:
    template = office.template(3)
    with unchanged():
        answer = owner.run(ATTACH_ALL, input=given(template, [target_of(office.document)]) | fields)
    assert answer["attachWorkflows"] == {"results": [], "errors": [refusal]}


def test_none_at_all_is_nothing(office: Office, owner: Api) -> None:
    template = office.template(3)
    with unchanged():
        answer = owner.run(ATTACH_ALL, input=given(template, []))
    assert answer["attachWorkflows"] == {"results": [], "errors": []}


def test_with_a_key_it_is_done_once(office: Office, owner: Api) -> None:
    documents = [*DocumentFactory.create_batch(2, created_by=office.owner), DocumentFactory(created_by=office.stranger)]
    wanted = given(office.template(3), [target_of(document) for document in documents])
    first = owner.run(ATTACH_ALL, input=wanted, key="a")
    assert refused(*first["attachWorkflows"]["results"]) == [None, None, ("NOT_FOUND", ["targets", "2", "id"])]
    with unchanged():
        assert owner.run(ATTACH_ALL, input=wanted, key="a") == first


def test_the_statements_are_as_many_for_many_objects_as_for_one(office: Office, owner: Api) -> None:
    template, costs = office.template(3), set()
    ContentType.objects.get_for_model(Document)
    for count in (1, 2, 12):
        targets = [target_of(document) for document in DocumentFactory.create_batch(count, created_by=office.owner)]
        with CaptureQueriesContext(connection) as captured:
            results = owner.run(ATTACH_ALL, input=given(template, targets))["attachWorkflows"]["results"]
        assert refused(*results) == [None] * count
        costs.add(len(captured))
    assert len(costs) == 2  # the first call makes the version
