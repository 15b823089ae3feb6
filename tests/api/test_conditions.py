"""Conditions over the API: written with templates, read back, judged in runs, and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Stage
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import attach_input, by_user, target_of, template_input
from tests.client import Api
from tests.factories import STRATEGIES
from tests.snapshot import unchanged

S1, S2, S3 = STRATEGIES
DEAR = {"compare": {"field": "amount", "operator": "GREATER", "value": 1000}}
OLD = {"not": {"any": [{"compare": {"field": "title", "operator": "IS_EMPTY"}}, DEAR]}}
CREATE = """
mutation ($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) {
    workflow {
      id
      completesUnasked
      approvals { condition { expression text } }
      pipelines {
        condition { expression text }
        approvals { condition { expression text } }
        stages { id condition { expression text } approvals { condition { expression text } } }
      }
      diagram { nodes { label conditions isSkipped } mermaid }
    }
    errors { code path message }
  }
}
"""
CHANGE = """
mutation ($input: UpdateStageInput!) {
  updateStage(input: $input) { stage { condition { expression } } errors { code path } }
}
"""
ATTACH = """
mutation ($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) {
    attachment {
      status
      progress { percentage }
      currentStage { nameEn }
      events { kind toStage details }
      diagram { nodes { label isSkipped isCurrent } mermaid }
    }
    errors { code path message }
  }
}
"""
PREVIEW = """
query ($workflowId: ID!, $target: TargetInput!) {
  previewApprovers(workflowId: $workflowId, target: $target) { stage isSkipped because approvers { username } }
}
"""
FIELDS = """
query ($model: String!) {
  conditionFields(model: $model) { field label type operators choices { value label } }
}
"""


@pytest.fixture
def author(office: Office) -> Api:
    codenames = ["add_workflow", "change_workflow"]
    office.owner.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return Api(office.owner)


@pytest.fixture
def request_(office: Office) -> PurchaseRequest:
    return PurchaseRequest.objects.create(title="Chairs", amount="99.50", requester=office.owner)


def conditional(office: Office, strategy: WorkflowStrategy, condition: Any, **fields: Any) -> dict[str, Any]:
    """A template whose first position, or approval, has the condition."""
    first, second = (by_user(user) for user in office.members)
    if strategy == S3:
        return template_input(strategy, [[{**first, "condition": condition}, second]], **fields)
    spec = template_input(strategy, [[first], [second]], **fields)
    holder = spec["pipelines"][0] if strategy == S2 else spec["pipelines"][0]["stages"][0]
    holder["condition"] = condition
    return spec


def created(author: Api, spec: dict[str, Any]) -> dict[str, Any]:
    answer = author.run(CREATE, input=spec)["createWorkflow"]
    assert answer["errors"] == []
    return answer["workflow"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_condition_is_written_and_read_back(office: Office, author: Api, strategy: WorkflowStrategy) -> None:
    made = created(author, conditional(office, strategy, OLD))
    holder = made["approvals"][0] if strategy == S3 else made["pipelines"][0]
    holder = holder["stages"][0] if strategy == S1 else holder
    sentence = "not (Title is empty or Amount is more than 1000)"
    assert holder["condition"] == {"expression": OLD, "text": sentence}
    node = made["diagram"]["nodes"][0]
    assert node["conditions"] == [f"approval 1: {sentence}" if strategy == S3 else sentence]
    assert f"({node['conditions'][0]})" in made["diagram"]["mermaid"]


def test_its_sentence_is_in_the_reader_s_language(office: Office) -> None:
    office.owner.user_permissions.add(Permission.objects.get(codename="add_workflow"))
    arabic = Api(office.owner, accept_language="ar")
    made = created(arabic, conditional(office, S1, DEAR))
    sentence = "\u2068المبلغ\u2069 أكبر من \u20681000\u2069"  # noqa: RUF001 - Arabic
    assert made["pipelines"][0]["stages"][0]["condition"]["text"] == sentence


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_object_that_does_not_need_a_position_passes_it(
    office: Office, author: Api, request_: PurchaseRequest, strategy: WorkflowStrategy
) -> None:
    made = created(author, conditional(office, strategy, DEAR))
    answer = author.run(ATTACH, input={"workflowId": made["id"], "target": target_of(request_)})["attachWorkflow"]
    assert answer["errors"] == []
    attachment = answer["attachment"]
    kind = "APPROVAL_SKIPPED" if strategy == S3 else "POSITION_SKIPPED"
    place = {S1: "Stage 1", S2: "Pipeline 1", S3: "Purchase approval (Copy)"}[strategy]
    seen = {"condition": DEAR, "values": {"amount": "99.50"}}
    (skipped,) = [event for event in attachment["events"] if event["details"]]
    details = {"approval": 0, **seen} if strategy == S3 else seen
    assert skipped == {"kind": kind, "toStage": place, "details": details}
    assert attachment["progress"]["percentage"] == 0
    marks = [(node["isSkipped"], node["isCurrent"]) for node in attachment["diagram"]["nodes"]]
    assert marks == ([(False, True)] if strategy == S3 else [(True, False), (False, True)])
    assert ("classDef skipped" in attachment["diagram"]["mermaid"]) is (strategy != S3)


def test_what_would_be_skipped_is_told_with_the_reason(office: Office, author: Api, request_: PurchaseRequest) -> None:
    made = created(author, conditional(office, S1, DEAR))
    assert author.run(PREVIEW, workflowId=made["id"], target=target_of(request_))["previewApprovers"] == [
        {
            "stage": "Stage 1",
            "isSkipped": True,
            "because": "“Amount is more than 1000” does not hold. Amount: 99.50.",
            "approvers": [],
        },
        {"stage": "Stage 2", "isSkipped": False, "because": None, "approvers": [{"username": "milo"}]},
    ]


def test_all_skipped_is_refused_unless_the_template_says_so(
    office: Office, author: Api, request_: PurchaseRequest
) -> None:
    spec = template_input(S2, [[{**by_user(office.members[0]), "condition": DEAR}]])
    refused, allowed = created(author, spec), created(author, {**spec, "completesUnasked": True})
    with unchanged():
        answer = author.run(ATTACH, input={"workflowId": refused["id"], "target": target_of(request_)})
    (error,) = answer["attachWorkflow"]["errors"]
    assert (error["code"], error["path"]) == ("NO_APPROVER", ["workflowId"])
    answer = author.run(ATTACH, input={"workflowId": allowed["id"], "target": target_of(request_)})["attachWorkflow"]
    assert (answer["attachment"]["status"], answer["attachment"]["progress"]) == ("COMPLETED", {"percentage": 100})


WRONG = {
    "an unknown field": ({"compare": {"field": "salary", "operator": "EQUAL", "value": 1}}, ["compare", "field"]),
    "a lookup": ({"compare": {"field": "amount__gt", "operator": "EQUAL", "value": 1}}, ["compare", "field"]),
    "a wrong type": ({"compare": {"field": "amount", "operator": "EQUAL", "value": "x"}}, ["compare", "value"]),
    "a wrong operator": ({"compare": {"field": "amount", "operator": "CONTAINS", "value": 1}}, ["compare", "operator"]),
    "a wrong part": ({"not": {"all": [DEAR, {"any": []}]}}, ["not", "all", "1", "any"]),
}


@pytest.mark.parametrize(("condition", "path"), WRONG.values(), ids=[*WRONG])
def test_a_wrong_condition_is_refused_at_its_path(
    office: Office, author: Api, condition: dict[str, Any], path: list[str]
) -> None:
    spec = conditional(office, S1, condition)
    spec["pipelines"][0]["stages"][1]["approvals"][0]["condition"] = condition
    with unchanged():
        answer = author.run(CREATE, input=spec)["createWorkflow"]
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("INVALID", ["pipelines", "0", "stages", "0", "condition", *path]),
        ("INVALID", ["pipelines", "0", "stages", "1", "approvals", "0", "condition", *path]),
    ]


def test_two_of_the_four_are_no_condition(office: Office, author: Api) -> None:
    (error,) = author.errors(CREATE, input=conditional(office, S1, {"all": [DEAR], "not": DEAR}))
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_condition_is_changed_and_taken_away(office: Office, author: Api) -> None:
    made = created(author, conditional(office, S1, DEAR))
    stage = made["pipelines"][0]["stages"][0]["id"]
    answer = author.run(CHANGE, input={"id": stage, "condition": {"not": DEAR}})["updateStage"]
    assert answer == {"stage": {"condition": {"expression": {"not": DEAR}}}, "errors": []}
    assert author.run(CHANGE, input={"id": stage})["updateStage"]["stage"]["condition"] is not None
    answer = author.run(CHANGE, input={"id": stage, "condition": None})["updateStage"]
    assert answer == {"stage": {"condition": None}, "errors": []}
    assert "condition" not in Stage.objects.order_by("pk")[0].stage_info


def test_what_may_be_looked_at_is_told(owner: Api, settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {
        **settings.DJANGO_WORKFLOW_ENGINE,
        "CONDITION_FIELDS": {"demo.PurchaseRequest": ["requester.username", "requester"]},
    }
    found = {one["field"]: one for one in owner.run(FIELDS, model="demo.purchaserequest")["conditionFields"]}
    assert {name: one["type"] for name, one in found.items()} == {
        "amount": "DECIMAL",
        "created_at": "DATETIME",
        "current_stage": "TEXT",
        "description": "TEXT",
        "requester": "REFERENCE",
        "requester.username": "TEXT",
        "title": "TEXT",
        "workflow_status": "TEXT",
    }
    assert found["amount"]["label"] == "Amount"
    assert found["requester.username"]["label"] == "Requester > username"
    assert found["amount"]["operators"] == [
        *["EQUAL", "NOT_EQUAL", "IN", "NOT_IN", "LESS", "LESS_OR_EQUAL", "GREATER", "GREATER_OR_EQUAL"],
        *["IS_EMPTY", "IS_NOT_EMPTY"],
    ]


def test_choices_are_told_with_their_labels(owner: Api) -> None:
    (status,) = [one for one in owner.run(FIELDS, model="testapp.Deal")["conditionFields"] if one["type"] == "CHOICE"]
    assert (status["field"], status["choices"][0]) == ("status", {"value": "draft", "label": "Draft"})


def test_of_a_model_without_workflows_nothing_is_told(owner: Api) -> None:
    (error,) = owner.errors(FIELDS, model="auth.User")
    assert error["extensions"]["code"] in ("NOT_FOUND", "BAD_USER_INPUT")


def test_an_attachment_of_a_conditional_template_is_named(office: Office, author: Api) -> None:
    """The first position's name is the one that is asked."""
    made = created(author, conditional(office, S1, {"compare": {"field": "title", "operator": "EQUAL", "value": "x"}}))
    template = Stage.objects.order_by("pk")[0].pipeline.workflow
    assert made["id"] == global_id("Workflow", template.pk)
    answer = author.run(ATTACH, input=attach_input(template, office.document))["attachWorkflow"]
    assert answer["attachment"]["currentStage"] == {"nameEn": "Stage 2"}
