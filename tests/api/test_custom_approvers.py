"""Approver types of a project over the API: listed, named in inputs, read back, and refused at their place."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.approvals import ApproverType, Asked, Kind, Parameter, approver_type, one_of
from django_workflow_engine.definitions import approver_types
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import CREATE
from tests.api.inputs import target_of, template_input
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, template_for
from tests.snapshot import unchanged

TYPES = (
    "{ approverTypes { name label sharing parameters { name label description kind isRequired choices { value } } } }"
)
READ = """
query Read($id: ID!) {
  workflow(id: $id) {
    approvals { ...A } pipelines { approvals { ...A } stages { approvals { ...A } } }
  }
}
fragment A on ApprovalConfiguration { approvalType approvalTypeDisplay customType parameters roleSelectionStrategy }
"""
PREVIEW = """
query Preview($id: ID!, $target: TargetInput!) {
  previewApprovers(workflowId: $id, target: $target) { approvers { username } problem }
}
"""


INBOX = """
{ myApprovals { totalCount edges { node { id viewerCanAct viewerCannotActReason assignedRole { id }
  roleSelectionStrategy } } } }
"""
APPROVE = """
mutation Approve($id: ID!) {
  approveStep(input: {stepId: $id}) { outcome errors { code path } }
}
"""


@pytest.fixture
def author(office: Office) -> Api:
    office.owner.user_permissions.add(Permission.objects.get(codename="add_workflow"))
    return Api(office.owner)


def custom(name: str, **parameters: object) -> dict:
    return {"approvalType": "CUSTOM", "customType": name, "parameters": parameters}


def test_the_project_s_types_are_listed_with_what_they_take(author: Api) -> None:
    found = {one["name"]: one for one in author.run(TYPES)["approverTypes"]}
    assert list(found) == sorted(found)
    assert found["most_by_names"] == {
        "name": "most_by_names",
        "label": "Most users by their names",
        "sharing": "MAJORITY",
        "parameters": [
            {
                "name": "names",
                "label": "name",
                "description": "Names, with blanks.",
                "kind": "TEXT",
                "isRequired": True,
                "choices": [],
            },
            {
                "name": "on_floor",
                "label": "order",
                "description": "A floor.",
                "kind": "NUMBER",
                "isRequired": False,
                "choices": [],
            },
        ],
    }


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_custom_approval_is_stored_read_back_and_previewed(office: Office, author: Api, strategy) -> None:
    ann = User.objects.create_user("ann")
    approval = custom("by_names", names="ann", on_floor=2)
    answer = author.run(CREATE, input=template_input(strategy, [[approval]]))["createWorkflow"]
    assert answer["errors"] == []
    key = answer["workflow"]["id"]
    read = author.run(READ, id=key)["workflow"]
    pipelines = read["pipelines"]
    stages = [stage for pipeline in pipelines for stage in pipeline["stages"]]
    found = [one for part in (read, *pipelines, *stages) for one in part["approvals"]]
    assert found == [{**approval, "approvalTypeDisplay": "Users by their names", "roleSelectionStrategy": None}]
    told = author.run(PREVIEW, id=key, target=target_of(DocumentFactory(created_by=office.owner)))
    assert told["previewApprovers"] == [{"approvers": [{"username": ann.username}], "problem": None}]


@pytest.mark.parametrize(
    ("approval", "code", "path"),
    [
        (custom("nobodys"), "INVALID", ["customType"]),
        ({"approvalType": "CUSTOM"}, "REQUIRED", ["customType"]),
        (custom("by_names", names=3), "INVALID", ["parameters", "names"]),
        (custom("by_names", names="ann", on_floor=0), "INVALID", ["parameters", "on_floor"]),
        (custom("by_names"), "REQUIRED", ["parameters", "names"]),
        (custom("by_names", names="ann") | {"approvalUser": global_id("User", 1)}, "INVALID", ["approvalUser"]),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(author: Api, approval, code, path) -> None:
    with unchanged():
        answer = author.run(CREATE, input=template_input(STRATEGIES[2], [[approval]]))["createWorkflow"]
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, ["approvals", "0", *path])]
    assert WorkFlow.objects.count() == 0


class Floor(IntegerChoices):
    GROUND = 0, "Ground"
    FIRST = 1, "First"
    __empty__ = "Any"


def test_the_choices_of_a_parameter_are_its_members_in_the_reader_s_language(
    office: Office, author: Api, monkeypatch
) -> None:
    monkeypatch.setattr(approver_types, "_registered", [*approver_types.registered_types()])
    floor = Parameter(kind=Kind.CHOICE, read=one_of(Floor), label=_("order"), description="A floor", choices=Floor)

    @approver_type
    class OnFloor(ApproverType):
        name = "on_floor"
        label = _("active")
        parameters = {"floor": floor}

        def find(self, asked: Asked) -> list[Any]:
            return []

    ask = "{ approverTypes { name label parameters { label choices { value label } } } }"
    listed = Api(office.owner, **{"accept-language": "ar"}).run(ask)["approverTypes"]
    (told,) = [one for one in listed if one["name"] == "on_floor"]
    choices = [{"value": 0, "label": "Ground"}, {"value": 1, "label": "First"}]
    assert told["parameters"] == [{"label": "الترتيب", "choices": choices}]
    assert told["label"] == "نشط"


@pytest.mark.parametrize("has_roles", [True, False])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_whoever_is_found_has_it_in_the_inbox_and_decides(db, strategy, has_roles, settings) -> None:
    people = [User.objects.create_user(name) for name in ("ann", "bea")]
    if not has_roles:
        del settings.APPROVAL_ROLE_MODEL
    approval = {"approval_type": "custom", "custom_type": "all_by_names", "parameters": {"names": "ann bea"}}
    attach_workflow_to_object(DocumentFactory(), template_for(strategy, [[approval]]))
    for person, outcome in zip(people, ["STEP_APPROVED", "WORKFLOW_COMPLETED"], strict=True):
        inbox = Api(person).run(INBOX)["myApprovals"]
        (step,) = [edge["node"] for edge in inbox["edges"]]
        assert inbox["totalCount"] == 1
        assert step == {
            "id": step["id"],
            "viewerCanAct": True,
            "viewerCannotActReason": None,
            "assignedRole": None,
            "roleSelectionStrategy": "CONSENSUS",
        }
        assert Api(person).run(APPROVE, id=step["id"])["approveStep"] == {"outcome": outcome, "errors": []}
        assert Api(person).run(INBOX)["myApprovals"]["totalCount"] == 0
