"""Changing templates: absent keeps, null and [] empty, and what runs is never touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import Department
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import by_role, by_user
from tests.client import Api
from tests.factories import STRATEGIES
from tests.snapshot import unchanged

ERRORS = "errors { code path }"
UPDATE_WORKFLOW = f"""
mutation Update($input: UpdateWorkflowInput!) {{
  updateWorkflow(input: $input) {{
    workflow {{ nameEn nameAr description status company {{ username }} approvals {{ approvalType }} }} {ERRORS}
  }}
}}
"""
CLONE = f"""
mutation Clone($id: ID!) {{
  cloneWorkflow(id: $id) {{
    workflow {{ id nameEn nameAr status isHidden clonedFrom {{ id }} totalApprovalsCount }} {ERRORS}
  }}
}}
"""
DELETE = "mutation Delete($id: ID!) { deleteWorkflow(id: $id) { deletedId errors { code path } } }"
CREATE_PIPELINE = f"""
mutation Create($input: CreatePipelineInput!) {{
  createPipeline(input: $input) {{
    pipeline {{ nameEn order departmentName approvals {{ approvalType }} stages {{ nameEn order }} }} {ERRORS}
  }}
}}
"""
UPDATE_PIPELINE = f"""
mutation Update($input: UpdatePipelineInput!) {{
  updatePipeline(input: $input) {{ pipeline {{ nameEn nameAr order departmentId departmentName }} {ERRORS} }}
}}
"""
DELETE_PIPELINE = "mutation Delete($id: ID!) { deletePipeline(id: $id) { deletedId errors { code path } } }"
CREATE_STAGE = f"""
mutation Create($input: CreateStageInput!) {{
  createStage(input: $input) {{ stage {{ nameEn order color approvals {{ userRole {{ name }} }} }} {ERRORS} }}
}}
"""
UPDATE_STAGE = f"""
mutation Update($input: UpdateStageInput!) {{
  updateStage(input: $input) {{
    stage {{ nameEn nameAr color isActive formInfo approvals {{ approvalUser {{ username }} }} }} {ERRORS}
  }}
}}
"""
DELETE_STAGE = "mutation Delete($id: ID!) { deleteStage(id: $id) { deletedId errors { code path } } }"
REORDER_PIPELINES = f"""
mutation Reorder($input: ReorderPipelinesInput!) {{
  reorderPipelines(input: $input) {{ workflow {{ pipelines {{ nameEn }} }} {ERRORS} }}
}}
"""
REORDER_STAGES = f"""
mutation Reorder($input: ReorderStagesInput!) {{
  reorderStages(input: $input) {{ pipeline {{ stages {{ nameEn }} }} {ERRORS} }}
}}
"""


@pytest.fixture
def editor(office: Office) -> Api:
    names = ("add_workflow", "change_workflow", "delete_workflow")
    office.owner.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return Api(office.owner)


def id_of(row: Any) -> str:
    return global_id({WorkFlow: "Workflow", Pipeline: "Pipeline", Stage: "Stage", User: "User"}[type(row)], row.pk)


def pipelines_of(workflow: WorkFlow) -> list[Pipeline]:
    return list(workflow.pipelines.order_by("order"))


def stages_of(workflow: WorkFlow) -> list[Stage]:
    return list(Stage.objects.filter(pipeline__workflow=workflow).order_by("pipeline__order", "order"))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_left_out_stays(office: Office, editor: Api, strategy: WorkflowStrategy) -> None:
    template = office.template(strategy, name_ar="شراء", description="Buying")
    answer = editor.run(UPDATE_WORKFLOW, input={"id": id_of(template), "nameEn": "Buy"})["updateWorkflow"]
    assert answer == {
        "workflow": {
            "nameEn": "Buy",
            "nameAr": "شراء",
            "description": "Buying",
            "status": "ACTIVE",
            "company": None,
            "approvals": [{"approvalType": "ROLE"}] if strategy == 3 else [],
        },
        "errors": [],
    }


def test_null_empties_what_may_be_empty(office: Office, editor: Api) -> None:
    template = office.template(3, name_ar="شراء", description="Buying")
    given = {"id": id_of(template), "nameAr": None, "description": None}
    changed = editor.run(UPDATE_WORKFLOW, input=given)["updateWorkflow"]["workflow"]
    assert (changed["nameEn"], changed["nameAr"], changed["description"]) == ("Purchase approval", "", "")


@pytest.mark.parametrize("field", ["nameEn", "status"])
def test_null_is_required_where_a_value_must_be(office: Office, editor: Api, field: str) -> None:
    template = office.template(3)
    with unchanged():
        answer = editor.run(UPDATE_WORKFLOW, input={"id": id_of(template), field: None})["updateWorkflow"]
    assert answer == {"workflow": None, "errors": [{"code": "REQUIRED", "path": [field]}]}


def test_null_is_no_list_of_approvals(office: Office, editor: Api) -> None:
    stage = stages_of(office.template(1))[0]
    with unchanged():
        answer = editor.run(UPDATE_STAGE, input={"id": id_of(stage), "approvals": None})["updateStage"]
    assert answer == {"stage": None, "errors": [{"code": "REQUIRED", "path": ["approvals"]}]}


def test_an_empty_list_empties_and_leaves_a_template_that_cannot_be_active(office: Office, editor: Api) -> None:
    template = office.template(3)
    changed = editor.run(UPDATE_WORKFLOW, input={"id": id_of(template), "approvals": []})["updateWorkflow"]
    assert changed["workflow"]["approvals"] == []
    with unchanged():
        answer = editor.run(UPDATE_WORKFLOW, input={"id": id_of(template), "status": "ACTIVE"})["updateWorkflow"]
    assert answer["errors"] == [{"code": "WORKFLOW_INCOMPLETE", "path": ["status"]}]


def test_every_fault_of_a_change_is_told_with_its_path(office: Office, editor: Api) -> None:
    template = office.template(3)
    approvals = [{"approvalType": "ROLE"}, {"approvalType": "USER", "approvalUser": "nonsense"}]
    given = {"id": id_of(template), "nameEn": "", "approvals": approvals}
    with unchanged():
        answer = editor.run(UPDATE_WORKFLOW, input=given)["updateWorkflow"]
    assert sorted(answer["errors"], key=str) == [
        {"code": "NOT_FOUND", "path": ["approvals", "1", "approvalUser"]},
        {"code": "REQUIRED", "path": ["approvals", "0", "userRole"]},
        {"code": "REQUIRED", "path": ["nameEn"]},
    ]


def test_moving_a_template_to_a_company_needs_the_right_to_create_there(office: Office, editor: Api) -> None:
    template = office.template(3, company_id=office.members[0].pk)
    member, given = Api(office.members[0]), {"id": id_of(template), "companyId": id_of(office.stranger)}
    with unchanged():
        (error,) = member.errors(UPDATE_WORKFLOW, input=given)
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert Api(office.stranger).run("query Q($id: ID!) { workflow(id: $id) { id } }", id=id_of(template)) == {
        "workflow": None
    }
    kept = member.run(UPDATE_WORKFLOW, input={"id": id_of(template), "companyId": id_of(office.members[0])})
    assert kept["updateWorkflow"]["workflow"]["company"] == {"username": "mona"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_clone_is_a_template_of_its_own(office: Office, editor: Api, strategy: WorkflowStrategy) -> None:
    template = office.template(strategy, name_ar="شراء")
    clone = editor.run(CLONE, id=id_of(template))["cloneWorkflow"]["workflow"]
    assert clone.pop("id") != id_of(template)
    assert clone == {
        "nameEn": "Purchase approval (Copy)",
        "nameAr": "شراء (Copy)",
        "status": "ACTIVE",
        "isHidden": False,
        "clonedFrom": {"id": id_of(template)},
        "totalApprovalsCount": 1 if strategy == 3 else 3,
    }


def test_a_template_with_runs_is_in_use(office: Office, editor: Api) -> None:
    template = office.template(1)
    attach_workflow_to_object(office.document, template, user=office.owner)
    with unchanged():
        answer = editor.run(DELETE, id=id_of(template))["deleteWorkflow"]
    assert answer == {"deletedId": None, "errors": [{"code": "IN_USE", "path": ["id"]}]}


def test_a_frozen_version_never_changes(office: Office, editor: Api) -> None:
    version = attach_workflow_to_object(office.document, office.template(1), user=office.owner).workflow
    stage = stages_of(version)[0]
    with unchanged():
        workflow = editor.run(UPDATE_WORKFLOW, input={"id": id_of(version), "nameEn": "New"})["updateWorkflow"]
        deleted = editor.run(DELETE_STAGE, id=id_of(stage))["deleteStage"]
    assert workflow["errors"] == deleted["errors"] == [{"code": "FROZEN", "path": ["id"]}]


def test_an_edit_does_not_reach_what_runs(office: Office, editor: Api) -> None:
    template = office.template(1)
    version = attach_workflow_to_object(office.document, template, user=office.owner).workflow
    editor.run(DELETE_STAGE, id=id_of(stages_of(template)[0]))
    assert (len(stages_of(template)), len(stages_of(version))) == (2, 3)


def test_a_pipeline_comes_with_all_below_it(office: Office, editor: Api) -> None:
    template, department = office.template(1), Department.objects.create(name="Finance")
    stages = [{"nameEn": "One", "approvals": [by_role(office.role)]}, {"nameEn": "Two"}]
    pipeline = {"nameEn": "Third", "departmentId": str(department.pk), "stages": stages}
    given = {"workflowId": id_of(template), "pipeline": pipeline}
    created = editor.run(CREATE_PIPELINE, input=given)["createPipeline"]
    assert created == {
        "pipeline": {
            "nameEn": "Third",
            "order": 2,
            "departmentName": "Finance",
            "approvals": [],
            "stages": [{"nameEn": "One", "order": 0}, {"nameEn": "Two", "order": 1}],
        },
        "errors": [],
    }


@pytest.mark.parametrize(("strategy", "path"), [(2, ["pipeline", "stages"]), (3, ["pipeline"])])
def test_a_pipeline_that_the_strategy_does_not_allow_is_refused(
    office: Office, editor: Api, strategy: WorkflowStrategy, path: list[str]
) -> None:
    template = office.template(strategy)
    pipeline = {"nameEn": "More", "stages": [{"nameEn": "One"}]}
    with unchanged():
        answer = editor.run(CREATE_PIPELINE, input={"workflowId": id_of(template), "pipeline": pipeline})
    (error,) = answer["createPipeline"]["errors"]
    assert error["code"] == "STRATEGY_VIOLATION"
    assert error["path"][: len(path)] == path[: len(error["path"])]


def test_a_pipeline_s_department_is_changed_and_taken_away(office: Office, editor: Api) -> None:
    pipeline, department = pipelines_of(office.template(1))[0], Department.objects.create(name="Finance")
    given = {"id": id_of(pipeline), "departmentId": str(department.pk), "nameAr": "أول"}
    changed = editor.run(UPDATE_PIPELINE, input=given)["updatePipeline"]["pipeline"]
    expected = {"nameEn": "Pipeline 1", "nameAr": "أول", "order": 0}
    assert changed == {**expected, "departmentId": str(department.pk), "departmentName": "Finance"}
    emptied = editor.run(UPDATE_PIPELINE, input={"id": id_of(pipeline), "departmentId": None})["updatePipeline"]
    assert emptied["pipeline"] == {**expected, "departmentId": None, "departmentName": None}


def test_an_order_that_another_pipeline_has_is_a_conflict(office: Office, editor: Api) -> None:
    first, second = pipelines_of(office.template(1))
    with unchanged():
        answer = editor.run(UPDATE_PIPELINE, input={"id": id_of(second), "order": first.order})["updatePipeline"]
    assert answer == {"pipeline": None, "errors": [{"code": "CONFLICT", "path": ["order"]}]}


def test_a_pipeline_is_deleted_with_its_stages(office: Office, editor: Api) -> None:
    template = office.template(1)
    given = id_of(pipelines_of(template)[0])
    assert editor.run(DELETE_PIPELINE, id=given)["deletePipeline"] == {"deletedId": given, "errors": []}
    assert len(stages_of(template)) == 1


def test_a_stage_is_added_behind_the_last_one(office: Office, editor: Api) -> None:
    pipeline = pipelines_of(office.template(1))[0]
    stage = {"nameEn": "Extra", "color": "#123456", "approvals": [by_role(office.role, "QUORUM") | {"quorumCount": 2}]}
    given = {"pipelineId": id_of(pipeline), "stage": stage}
    created = editor.run(CREATE_STAGE, input=given)["createStage"]["stage"]
    approvals = [{"userRole": {"name": "Managers"}}]
    assert created == {"nameEn": "Extra", "order": 2, "color": "#123456", "approvals": approvals}


def test_a_stage_keeps_what_is_left_out_and_loses_what_is_null(office: Office, editor: Api) -> None:
    stage = stages_of(office.template(1))[0]
    given = {
        "id": id_of(stage),
        "nameAr": "مراجعة",
        "color": "#abcdef",
        "isActive": False,
        "formInfo": {"fields": ["sum"]},
        "approvals": [by_user(office.members[1])],
    }
    changed = editor.run(UPDATE_STAGE, input=given)["updateStage"]["stage"]
    assert changed == {
        "nameEn": "Stage 1",
        "nameAr": "مراجعة",
        "color": "#abcdef",
        "isActive": False,
        "formInfo": {"fields": ["sum"]},
        "approvals": [{"approvalUser": {"username": "milo"}}],
    }
    given = {"id": id_of(stage), "color": None, "formInfo": None, "approvals": []}
    emptied = editor.run(UPDATE_STAGE, input=given)["updateStage"]["stage"]
    assert emptied == {**changed, "color": "#3498db", "formInfo": {}, "approvals": []}


def test_pipelines_and_stages_are_put_into_a_new_order(office: Office, editor: Api) -> None:
    template = office.template(1)
    first, second = pipelines_of(template)
    given = {"workflowId": id_of(template), "pipelineIds": [id_of(second), id_of(first)]}
    answer = editor.run(REORDER_PIPELINES, input=given)["reorderPipelines"]
    assert answer["workflow"]["pipelines"] == [{"nameEn": "Pipeline 2"}, {"nameEn": "Pipeline 1"}]
    one, two = stages_of(template)[1:]
    given = {"pipelineId": id_of(first), "stageIds": [id_of(two), id_of(one)]}
    answer = editor.run(REORDER_STAGES, input=given)["reorderStages"]
    assert answer["pipeline"]["stages"] == [{"nameEn": "Stage 2"}, {"nameEn": "Stage 1"}]


def test_an_order_that_names_too_few_or_others_is_refused(office: Office, editor: Api) -> None:
    template = office.template(1)
    first, second = pipelines_of(template)
    stage = stages_of(template)[0]
    faulty = {
        "pipelineIds": ([id_of(first)], "REQUIRED", ["pipelineIds"]),
        "twice": ([id_of(first), id_of(first)], "INVALID", ["pipelineIds", "1"]),
        "another type": ([id_of(first), id_of(stage)], "NOT_FOUND", ["pipelineIds", "1"]),
    }
    for ids, code, path in faulty.values():
        with unchanged():
            given = {"workflowId": id_of(template), "pipelineIds": ids}
            answer = editor.run(REORDER_PIPELINES, input=given)["reorderPipelines"]
        assert answer == {"workflow": None, "errors": [{"code": code, "path": path}]}
    assert second.order == 1


@pytest.mark.parametrize("document", [DELETE, DELETE_PIPELINE, DELETE_STAGE])
@pytest.mark.parametrize("value", ["", "nonsense", "V29ya2Zsb3c6OTk5OTk5", "VXNlcjox"])
def test_what_is_no_id_of_the_type_is_not_found(office: Office, editor: Api, document: str, value: str) -> None:
    with unchanged():
        (answer,) = editor.run(document, id=value).values()
    assert answer == {"deletedId": None, "errors": [{"code": "NOT_FOUND", "path": ["id"]}]}


def test_who_sees_a_template_of_everybody_s_may_not_change_it(office: Office) -> None:
    template = office.template(1)
    stranger, stage = Api(office.stranger), stages_of(template)[0]
    with unchanged():
        workflow = stranger.run(UPDATE_WORKFLOW, input={"id": id_of(template), "nameEn": "New"})["updateWorkflow"]
        deleted = stranger.run(DELETE, id=id_of(template))["deleteWorkflow"]
        changed = stranger.run(UPDATE_STAGE, input={"id": id_of(stage), "nameEn": "New"})["updateStage"]
    refused = [{"code": "FORBIDDEN", "path": ["id"]}]
    assert [workflow["errors"], deleted["errors"], changed["errors"]] == [refused] * 3
