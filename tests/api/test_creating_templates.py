"""createWorkflow: whole templates, or nothing and every fault."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkFlow
from gql_workflows.demo.models import Department
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import CREATE, WORKFLOW
from tests.api.inputs import by_role, by_user, template_input
from tests.client import Api
from tests.factories import STRATEGIES
from tests.snapshot import unchanged

COUNTS = {1: (2, 3, 3), 2: (3, 0, 3), 3: (0, 0, 1)}


@pytest.fixture
def author(office: Office) -> Api:
    office.owner.user_permissions.add(Permission.objects.get(codename="add_workflow"))
    return Api(office.owner)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_of_each_strategy_is_created_and_read_back(
    office: Office, author: Api, strategy: WorkflowStrategy
) -> None:
    approvals = [by_user(office.members[0]), by_role(office.role, "CONSENSUS")]
    positions = [approvals] if strategy == 3 else [approvals[:1], approvals[1:], approvals[:1]]
    if strategy == 3:
        positions = [approvals[:1]]
    answer = author.run(CREATE, input=template_input(strategy, positions, nameAr="شراء"))["createWorkflow"]
    assert answer["errors"] == []
    created = answer["workflow"]
    assert (created["status"], created["isActive"], created["strategy"]) == ("ACTIVE", True, strategy.name)
    counts = (created["pipelinesCount"], created["totalStagesCount"], created["totalApprovalsCount"])
    assert counts == COUNTS[strategy]
    assert created["completionStatus"] == {
        "isComplete": True,
        "message": "The workflow is complete",
        "isActive": True,
        "canBeActivated": True,
    }
    assert author.run(WORKFLOW, id=created["id"])["workflow"] == created


def test_every_field_of_a_stage_arrives(office: Office, author: Api) -> None:
    department = Department.objects.create(name="Finance")
    stage = {
        "nameEn": "Review",
        "nameAr": "مراجعة",
        "order": 4,
        "color": "#a1b2c3",
        "isActive": False,
        "formInfo": {"fields": ["budget"]},
        "approvals": [by_role(office.role, "ROUND_ROBIN")],
    }
    pipeline = {"nameEn": "Money", "order": 7, "departmentId": str(department.pk), "stages": [stage]}
    answer = author.run(CREATE, input={"nameEn": "All fields", "pipelines": [pipeline]})["createWorkflow"]
    assert answer["errors"] == []
    (made,) = answer["workflow"]["pipelines"]
    assert (made["order"], made["departmentId"], made["departmentName"]) == (7, str(department.pk), "Finance")
    (review,) = made["stages"]
    assert {name: review[name] for name in ("nameEn", "order", "color", "isActive", "formInfo")} == {
        "nameEn": "Review",
        "order": 4,
        "color": "#a1b2c3",
        "isActive": False,
        "formInfo": {"fields": ["budget"]},
    }
    assert review["approvals"] == [
        {
            "approvalType": "ROLE",
            "approvalTypeDisplay": "Role-based Approval",
            "approvalUser": None,
            "userRole": {"id": global_id("Role", office.role.pk), "name": "Managers"},
            "roleSelectionStrategy": "ROUND_ROBIN",
            "strategyDisplay": "One user with the role, in turn",
        }
    ]


def test_an_incomplete_active_template_is_stored_as_a_draft(author: Api) -> None:
    pipeline = {"nameEn": "Finance", "numberOfStages": 3}
    created = author.run(CREATE, input={"nameEn": "Later", "pipelines": [pipeline]})["createWorkflow"]["workflow"]
    assert (created["status"], created["isActive"]) == ("DRAFT", False)
    assert [stage["order"] for stage in created["pipelines"][0]["stages"]] == [1, 2, 3]
    assert created["completionStatus"]["message"] == "Stage “Stage 1” must have at least one approval"


def test_a_fault_deep_inside_is_named_and_nothing_is_created(office: Office, author: Api) -> None:
    good = {"nameEn": "Good", "stages": [{"nameEn": "Fine", "approvals": [by_role(office.role)]}]}
    bad = {"nameEn": "Bad", "stages": [{"nameEn": "Faulty", "approvals": [{"approvalType": "ROLE"}]}]}
    with unchanged():
        answer = author.run(CREATE, input={"nameEn": "Broken", "pipelines": [good, bad]})["createWorkflow"]
    assert answer["workflow"] is None
    (error,) = answer["errors"]
    assert error["code"] == "REQUIRED"
    assert error["path"] == ["pipelines", "1", "stages", "0", "approvals", "0", "userRole"]


def test_all_faults_are_told_at_once(office: Office, author: Api) -> None:
    stages = [
        {"nameEn": " ", "color": "red", "approvals": [{"approvalType": "USER", "approvalUser": "nonsense"}]},
        {"nameEn": "x" * 256, "order": 0, "approvals": [by_user(office.stranger) | {"userRole": "x"}]},
    ]
    with unchanged():
        answer = author.run(CREATE, input={"nameEn": "Broken", "pipelines": [{"nameEn": "P", "stages": stages}]})
    faults = {(error["code"], ".".join(error["path"])) for error in answer["createWorkflow"]["errors"]}
    assert faults == {
        ("REQUIRED", "pipelines.0.stages.0.nameEn"),
        ("INVALID", "pipelines.0.stages.0.color"),
        ("NOT_FOUND", "pipelines.0.stages.0.approvals.0.approvalUser"),
        ("INVALID", "pipelines.0.stages.1.nameEn"),
        ("INVALID", "pipelines.0.stages.1.order"),
        ("INVALID", "pipelines.0.stages.1.approvals.0.userRole"),
    }


@pytest.mark.parametrize(
    ("strategy", "pipeline", "path"),
    [
        ("WORKFLOW_PIPELINE", {"nameEn": "P", "stages": [{"nameEn": "S"}]}, ["pipelines", "0", "stages"]),
        ("WORKFLOW_ONLY", {"nameEn": "P"}, ["pipelines"]),
    ],
)
def test_a_structure_that_the_strategy_forbids_is_refused(
    author: Api, strategy: str, pipeline: dict[str, object], path: list[str]
) -> None:
    with unchanged():
        answer = author.run(CREATE, input={"nameEn": "No", "strategy": strategy, "pipelines": [pipeline]})
    (error,) = answer["createWorkflow"]["errors"]
    assert (error["code"], error["path"]) == ("STRATEGY_VIOLATION", path)


@pytest.mark.parametrize("type_name", ["Role", "Workflow", "Nonsense"])
def test_the_id_of_another_type_is_not_found(office: Office, author: Api, type_name: str) -> None:
    approval = {"approvalType": "USER", "approvalUser": global_id(type_name, office.owner.pk)}
    with unchanged():
        answer = author.run(CREATE, input=template_input(WorkflowStrategy.WORKFLOW_ONLY, [[approval]]))
    (error,) = answer["createWorkflow"]["errors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["approvals", "0", "approvalUser"])


def test_members_create_for_their_company_and_nobody_else_without_the_permission(office: Office) -> None:
    document = template_input(WorkflowStrategy.WORKFLOW_ONLY, [[by_user(office.owner)]])
    own = document | {"companyId": global_id("User", office.owner.pk)}
    created = Api(office.owner).run(CREATE, input=own)["createWorkflow"]["workflow"]
    assert created["company"] == {"username": "olga"}
    for refused in (document, document | {"companyId": global_id("User", office.stranger.pk)}):
        with unchanged():
            (error,) = Api(office.owner).errors(CREATE, input=refused)
        assert error["extensions"] == {"code": "FORBIDDEN"}
    assert WorkFlow.objects.count() == 1


@pytest.mark.parametrize("what", ["user", "role", "department"])
def test_who_has_no_right_to_know_somebody_cannot_name_them(office: Office, what: str) -> None:
    department = Department.objects.create(name="Secret")
    own = [by_user(office.stranger)]
    pipeline = {"nameEn": "P", "stages": [{"nameEn": "S", "approvals": own}]}
    if what == "user":
        pipeline["stages"][0]["approvals"] = [by_user(office.owner)]
    if what == "role":
        pipeline["stages"][0]["approvals"] = [by_role(office.role)]
    if what == "department":
        pipeline["departmentId"] = str(department.pk)
    company = global_id("User", office.stranger.pk)
    api = Api(office.stranger)
    with unchanged():
        answer = api.run(CREATE, input={"nameEn": "x", "companyId": company, "pipelines": [pipeline]})["createWorkflow"]
    (error,) = answer["errors"]
    path = ["pipelines", "0", "departmentId"]
    if what != "department":
        path = ["pipelines", "0", "stages", "0", "approvals", "0", {"user": "approvalUser", "role": "userRole"}[what]]
    assert (error["code"], error["path"]) == ("NOT_FOUND", path)


@pytest.mark.parametrize("bad", ["", "rubbish", " 1", "01"])
def test_an_id_that_names_nothing_is_not_taken_for_absent(author: Api, office: Office, bad: str) -> None:
    document = {
        "nameEn": "x",
        "pipelines": [{"nameEn": "P", "departmentId": bad, "numberOfStages": 1}],
        "companyId": bad,
    }
    Department.objects.create(name="Finance")
    with unchanged():
        errors = author.run(CREATE, input=document)["createWorkflow"]["errors"]
    assert {(error["code"], ".".join(error["path"])) for error in errors} == {
        ("NOT_FOUND", "companyId"),
        ("NOT_FOUND", "pipelines.0.departmentId"),
    }
