"""Start rules over the API: edited by administrators, explained to who sees the object, used by attachWorkflow."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import StartRule, WorkFlow
from django_workflow_engine.services import create_start_rule
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.ids import global_id
from tests.api.inputs import target_of
from tests.client import Api, count_statements
from tests.factories import UserFactory, by_user, template_for
from tests.snapshot import unchanged

LABEL = PurchaseRequest._meta.label
DEAR = {"compare": {"field": "amount", "operator": "GREATER", "value": 1000}}
DEAR_STORED = {"compare": {"field": "amount", "operator": "greater", "value": 1000}}
FIELDS = "id model workflow { nameEn } condition { expression text } weight isActive autoStart"
CREATE = f"""
mutation ($input: CreateStartRuleInput!) {{
  createStartRule(input: $input) {{ startRule {{ {FIELDS} }} errors {{ code path }} }}
}}
"""
UPDATE = f"""
mutation ($input: UpdateStartRuleInput!) {{
  updateStartRule(input: $input) {{ startRule {{ {FIELDS} }} errors {{ code path }} }}
}}
"""
DELETE = "mutation ($id: ID!) { deleteStartRule(id: $id) { deletedId errors { code path } } }"
PAGE = f"""
query ($model: String, $first: Int, $after: String) {{
  startRules(model: $model, first: $first, after: $after) {{
    totalCount edges {{ node {{ {FIELDS} }} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
MATCH = """
query ($target: TargetInput!) {
  matchingWorkflow(target: $target) { workflow { nameEn } rule { weight } because }
}
"""
ATTACH = """
mutation ($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) { attachment { workflow { clonedFrom { nameEn } } } errors { code path } }
}
"""


@pytest.fixture
def root(db: None) -> Api:
    return Api(UserFactory(is_staff=True, is_superuser=True))


@pytest.fixture
def small(db: None) -> WorkFlow:
    return template_for(3, [[by_user(UserFactory())]], name_en="Small")


@pytest.fixture
def large(db: None) -> WorkFlow:
    return template_for(3, [[by_user(UserFactory())]], name_en="Large")


def rule_input(template: WorkFlow, **fields: Any) -> dict[str, Any]:
    return {"model": LABEL, "workflowId": global_id("Workflow", template.pk)} | fields


def request_of(user: User, amount: int) -> PurchaseRequest:
    return PurchaseRequest.objects.create(title="Chairs", amount=amount, requester=user)


def test_a_rule_is_added_changed_and_deleted(root: Api, small: WorkFlow, large: WorkFlow) -> None:
    answer = root.run(CREATE, input=rule_input(small, condition=DEAR, weight=5))["createStartRule"]
    assert answer["errors"] == []
    made = answer["startRule"]
    assert made == {
        "id": global_id("StartRule", StartRule.objects.get().pk),
        "model": LABEL,
        "workflow": {"nameEn": "Small"},
        "condition": {"expression": DEAR, "text": "Amount is more than 1000"},
        "weight": 5,
        "isActive": True,
        "autoStart": False,
    }
    changes = {"workflowId": global_id("Workflow", large.pk), "condition": None, "weight": 7, "autoStart": True}
    answer = root.run(UPDATE, input={"id": made["id"], **changes})["updateStartRule"]
    assert answer["errors"] == []
    changed = {"workflow": {"nameEn": "Large"}, "condition": None, "weight": 7, "autoStart": True}
    assert answer["startRule"] == made | changed
    answer = root.run(UPDATE, input={"id": made["id"], "isActive": False})["updateStartRule"]
    assert answer["startRule"] == made | changed | {"isActive": False}
    assert root.run(DELETE, id=made["id"])["deleteStartRule"] == {"deletedId": made["id"], "errors": []}
    answer = root.run(DELETE, id=made["id"])["deleteStartRule"]
    assert answer["errors"] == [{"code": "NOT_FOUND", "path": ["id"]}]


WRONG = {
    "a field that is none": ({"condition": {"compare": {"field": "pay", "operator": "IS_EMPTY"}}}, "INVALID"),
    "a tie": ({"weight": 5}, "CONFLICT"),
    "no such model": ({"model": "shop.Nothing"}, "MODEL_NOT_ENABLED"),
    "no such workflow": ({"workflowId": "nothing"}, "NOT_FOUND"),
}


@pytest.mark.parametrize(("fields", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_rule_is_refused_where_it_is_wrong(root: Api, small: WorkFlow, fields: Any, code: str) -> None:
    create_start_rule(model=PurchaseRequest, workflow_id=small.pk, weight=5)
    below = ["compare", "field"] if "condition" in fields else []
    with unchanged():
        answer = root.run(CREATE, input=rule_input(small) | fields)["createStartRule"]
    assert answer == {"startRule": None, "errors": [{"code": code, "path": [*fields, *below]}]}


def test_a_change_is_refused_where_it_is_wrong(root: Api, small: WorkFlow) -> None:
    create_start_rule(model=PurchaseRequest, workflow_id=small.pk, weight=5)
    other = create_start_rule(model=PurchaseRequest, workflow_id=small.pk, weight=6)
    with unchanged():
        for fields, code in (
            ({"weight": 5}, "CONFLICT"),
            ({"weight": None}, "INVALID"),
            ({"workflowId": None}, "NOT_FOUND"),
        ):
            answer = root.run(UPDATE, input={"id": global_id("StartRule", other.pk), **fields})["updateStartRule"]
            assert answer == {"startRule": None, "errors": [{"code": code, "path": [*fields]}]}


def test_the_page_is_for_administrators_by_weight_and_by_model(root: Api, small: WorkFlow) -> None:
    for weight in (1, 3, 2):
        create_start_rule(model=PurchaseRequest, workflow_id=small.pk, weight=weight)
    create_start_rule(model=User, workflow_id=small.pk, weight=9)
    page = root.run(PAGE, model=LABEL.lower(), first=2)["startRules"]
    assert (page["totalCount"], [edge["node"]["weight"] for edge in page["edges"]]) == (3, [3, 2])
    rest = root.run(PAGE, model=LABEL, first=2, after=page["pageInfo"]["endCursor"])["startRules"]
    assert [edge["node"]["weight"] for edge in rest["edges"]] == [1]
    assert root.run(PAGE)["startRules"]["totalCount"] == 4


def test_a_page_costs_the_same_at_any_size(db: None) -> None:
    content_type = ContentType.objects.get_for_model(PurchaseRequest)
    administrator = UserFactory(is_staff=True, is_superuser=True)

    def statements(count: int) -> int:
        StartRule.objects.all().delete()
        for weight in range(count):
            template = template_for(3, [[by_user(UserFactory())]])
            StartRule.objects.create(content_type=content_type, workflow=template, weight=weight, condition=DEAR_STORED)
        return count_statements(PAGE, administrator)[0]

    assert statements(2) == statements(12)


def test_who_knows_of_the_object_is_told_which_workflow_it_takes(root: Api, small: WorkFlow, large: WorkFlow) -> None:
    olga, stan = UserFactory(), UserFactory()
    create_start_rule(model=PurchaseRequest, workflow_id=small.pk)
    create_start_rule(model=PurchaseRequest, workflow_id=large.pk, condition=DEAR_STORED, weight=10)
    dear = target_of(request_of(olga, 2000))
    because = "“Amount is more than 1000” holds. Amount: 2000.00."
    assert Api(olga).run(MATCH, target=dear)["matchingWorkflow"] == {
        "workflow": {"nameEn": "Large"},
        "rule": None,
        "because": because,
    }
    assert root.run(MATCH, target=dear)["matchingWorkflow"]["rule"] == {"weight": 10}
    (error,) = Api(stan).errors(MATCH, target=dear)
    assert (error["extensions"]["code"], error["path"]) == ("NOT_FOUND", ["matchingWorkflow"])


def test_templates_of_another_company_are_not_named(large: WorkFlow) -> None:
    olga = UserFactory()
    WorkFlow.objects.filter(pk=large.pk).update(company_id=UserFactory().pk)
    create_start_rule(model=PurchaseRequest, workflow_id=large.pk, condition=DEAR_STORED)
    match = Api(olga).run(MATCH, target=target_of(request_of(olga, 5)))["matchingWorkflow"]
    assert match == {"workflow": None, "rule": None, "because": "No rule holds for the object."}


def test_attaching_without_a_workflow_takes_that_of_the_rules(small: WorkFlow, large: WorkFlow) -> None:
    olga = UserFactory()
    request = request_of(olga, 2000)
    with unchanged():
        answer = Api(olga).run(ATTACH, input={"target": target_of(request)})["attachWorkflow"]
    assert answer == {"attachment": None, "errors": [{"code": "NOT_FOUND", "path": ["workflowId"]}]}
    create_start_rule(model=PurchaseRequest, workflow_id=small.pk)
    create_start_rule(model=PurchaseRequest, workflow_id=large.pk, condition=DEAR_STORED, weight=10)
    answer = Api(olga).run(ATTACH, input={"target": target_of(request)})["attachWorkflow"]
    assert answer == {"attachment": {"workflow": {"clonedFrom": {"nameEn": "Large"}}}, "errors": []}
