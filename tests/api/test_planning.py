"""What could be attached and who would be asked; whom a template may name; numbers; many nodes at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import Department, DynamicForm
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import target_of
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve
from tests.snapshot import unchanged

AVAILABLE = "query Q($model: String!) { availableWorkflows(model: $model) { nameEn } }"
PREVIEW = """
query Preview($workflowId: ID!, $target: TargetInput!) {
  previewApprovers(workflowId: $workflowId, target: $target) {
    pipeline stage stepType approvers { username } problem
  }
}
"""
STATISTICS = """
query Statistics($companyId: ID) {
  workflowStatistics(companyId: $companyId) {
    overview { totalWorkflows activeWorkflows totalPipelines totalStages totalApprovals avgStagesPerWorkflow }
    byStatus { status count } byStrategy { strategy count }
    byCompany { company { username } workflows approvals }
    attachments { total notStarted inProgress completed rejected cancelled avgCompletionSeconds }
  }
}
"""


def names(answer: dict[str, Any]) -> list[str]:
    return [entry["nameEn"] for entry in answer["availableWorkflows"]]


class TestAvailable:
    """availableWorkflows: what attachWorkflow would take."""

    def test_only_active_and_complete_templates_that_one_sees(self, office: Office, owner: Api) -> None:
        office.template(1, name_en="B")
        office.template(3, name_en="A")
        office.template(1, name_en="Off", status=WorkflowStatus.INACTIVE)
        office.template(1, name_en="Other's", company_id=office.stranger.pk)
        WorkFlow.objects.create(name_en="Incomplete", strategy=3, is_active=True)
        attach_workflow_to_object(office.document, WorkFlow.objects.get(name_en="A"), user=office.owner)
        assert names(owner.run(AVAILABLE, model="testapp.Document")) == ["A", "B"]

    def test_a_mapped_model_takes_only_its_own(self, office: Office, owner: Api, settings: Any) -> None:
        office.template(1, name_en="Leave request")
        office.template(1, name_en="Purchase")
        mappings = {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Document": ["leave-request"]}}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **mappings}
        assert names(owner.run(AVAILABLE, model="testapp.document")) == ["Leave request"]
        assert len(names(owner.run(AVAILABLE, model="testapp.Deal"))) == 2

    @pytest.mark.parametrize("model", ["testapp.Unlisted", "no.Such", "", "auth.User"])
    def test_a_model_that_takes_no_workflows_does_not_exist(self, owner: Api, model: str) -> None:
        (error,) = owner.errors(AVAILABLE, model=model)
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "MODEL_NOT_ENABLED"}


class TestPreview:
    """previewApprovers: every step of a run, with what would stop it."""

    def test_each_approval_names_whom_it_would_ask(self, office: Office, owner: Api) -> None:
        form_step = {**by_user(office.stranger), "step_approval_type": "check_in_verify"}
        template = template_for(1, [[by_role(office.role), by_self()], [form_step]])
        given = {"workflowId": global_id("Workflow", template.pk), "target": target_of(office.document)}
        with unchanged():
            planned = owner.run(PREVIEW, **given)["previewApprovers"]
        place = {"pipeline": "Pipeline 1", "problem": None}
        members = [{"username": "mona"}, {"username": "milo"}]
        assert planned == [
            {**place, "stage": "Stage 1", "stepType": "APPROVE", "approvers": members},
            {**place, "stage": "Stage 1", "stepType": "APPROVE", "approvers": [{"username": "olga"}]},
            {**place, "stage": "Stage 2", "stepType": "CHECK_IN_VERIFY", "approvers": [{"username": "stan"}]},
        ]

    def test_every_problem_is_named(self, office: Office, owner: Api) -> None:
        gone, empty = UserFactory(), group_of(UserFactory(), name="Empty")
        template = template_for(2, [[by_user(gone)], [by_role(empty)], [by_role(office.role)]])
        empty.user_set.clear()
        gone.delete()
        given = {"workflowId": global_id("Workflow", template.pk), "target": target_of(office.document)}
        planned = owner.run(PREVIEW, **given)["previewApprovers"]
        assert [(step["stage"], step["approvers"], step["problem"]) for step in planned] == [
            ("Pipeline 1", [], "Nobody can decide “Pipeline 1”: the user it names is gone or inactive."),
            ("Pipeline 2", [], "Nobody can decide “Pipeline 2”: the role “Empty” has no active member."),
            ("Pipeline 3", [{"username": "mona"}, {"username": "milo"}], None),
        ]

    def test_an_object_that_one_may_not_know_of_is_not_found(self, office: Office, stranger: Api) -> None:
        given = {"workflowId": global_id("Workflow", office.template(1).pk), "target": target_of(office.document)}
        (error,) = stranger.errors(PREVIEW, **given)
        assert (error["extensions"]["code"], error["path"]) == ("NOT_FOUND", ["previewApprovers"])


class TestPicking:
    """users, roles, departments and forms: what the caller may name, searched and paged."""

    def pick(self, api: Api, field: str, search: str = "", **page: Any) -> list[str]:
        name = "username" if field == "users" else "name"
        document = f"""
        query Pick($filters: PickFilter, $first: Int, $after: String) {{
          {field}(filters: $filters, first: $first, after: $after) {{
            totalCount pageInfo {{ endCursor }} edges {{ node {{ id {name} }} }}
          }}
        }}
        """
        found = api.run(document, filters={"search": search}, **page)[field]
        assert len(found["edges"]) <= found["totalCount"]
        self.end = found["pageInfo"]["endCursor"]
        return [edge["node"][name] for edge in found["edges"]]

    @pytest.fixture
    def author(self, office: Office) -> Api:
        office.owner.user_permissions.add(Permission.objects.get(codename="add_workflow"))
        return Api(office.owner)

    def test_who_creates_templates_for_all_picks_from_all(self, author: Api, settings: Any) -> None:
        settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
        Department.objects.create(name="Sales")
        DynamicForm.objects.create(name="Budget")
        assert self.pick(author, "users") == ["milo", "mona", "olga", "stan"]
        assert self.pick(author, "roles") == ["Managers"]
        assert self.pick(author, "departments") == ["Sales"]
        assert self.pick(author, "forms") == ["Budget"]

    def test_others_pick_from_whom_they_know(self, office: Office, stranger: Api, member: Api) -> None:
        assert self.pick(stranger, "users") == ["stan"]
        assert self.pick(stranger, "roles") == []
        attach_workflow_to_object(office.document, office.template(1), user=office.owner)
        assert self.pick(member, "users") == ["milo", "mona", "olga"]
        assert self.pick(member, "roles") == ["Managers"]

    def test_the_search_reads_the_names(self, office: Office, author: Api) -> None:
        User.objects.filter(pk=office.stranger.pk).update(first_name="Constantine", last_name="Müller")
        assert self.pick(author, "users", "MO") == ["mona"]
        assert self.pick(author, "users", "constant") == ["stan"]
        assert self.pick(author, "roles", "xyz") == []

    def test_pages_follow_each_other(self, author: Api) -> None:
        first = self.pick(author, "users", first=3)
        assert first + self.pick(author, "users", first=3, after=self.end) == ["milo", "mona", "olga", "stan"]

    def test_a_project_without_forms_has_none(self, author: Api) -> None:
        assert self.pick(author, "forms") == []

    def test_a_department_tells_the_key_that_pipelines_take(self, author: Api) -> None:
        department = Department.objects.create(name="Sales")
        (edge,) = author.run("{ departments { edges { node { id key name } } } }")["departments"]["edges"]
        assert edge["node"] == {
            "id": global_id("Department", department.pk),
            "key": str(department.pk),
            "name": "Sales",
        }


class TestStatistics:
    """workflowStatistics: over what the caller sees, and nothing else."""

    @pytest.fixture(autouse=True)
    def some(self, office: Office) -> None:
        office.template(1, name_en="Everybody's")
        own = office.template(2, name_en="Own", company_id=office.owner.pk)
        office.template(3, name_en="Other's", company_id=office.stranger.pk, status=WorkflowStatus.DRAFT)
        documents = DocumentFactory.create_batch(2)
        for document in documents:
            attach_workflow_to_object(document, own, user=office.members[0])
        for _ in range(3):
            approve(documents[0], office.members[0])

    def test_what_may_not_be_seen_is_not_counted(self, owner: Api) -> None:
        found = owner.run(STATISTICS)["workflowStatistics"]
        seconds = found["attachments"].pop("avgCompletionSeconds")
        assert 0 <= seconds < 60
        assert found == {
            "overview": {
                "totalWorkflows": 2,
                "activeWorkflows": 2,
                "totalPipelines": 5,
                "totalStages": 3,
                "totalApprovals": 6,
                "avgStagesPerWorkflow": 1.5,
            },
            "byStatus": [
                {"status": "ACTIVE", "count": 2},
                {"status": "INACTIVE", "count": 0},
                {"status": "DRAFT", "count": 0},
            ],
            "byStrategy": [
                {"strategy": "WORKFLOW_PIPELINE_STAGE", "count": 1},
                {"strategy": "WORKFLOW_PIPELINE", "count": 1},
                {"strategy": "WORKFLOW_ONLY", "count": 0},
            ],
            "byCompany": [
                {"company": {"username": "olga"}, "workflows": 1, "approvals": 3},
                {"company": None, "workflows": 1, "approvals": 3},
            ],
            "attachments": {
                "total": 2,
                "notStarted": 0,
                "inProgress": 1,
                "completed": 1,
                "rejected": 0,
                "cancelled": 0,
            },
        }

    def test_one_company_s(self, office: Office, owner: Api) -> None:
        found = owner.run(STATISTICS, companyId=global_id("User", office.owner.pk))["workflowStatistics"]
        assert (found["overview"]["totalWorkflows"], found["attachments"]["total"]) == (1, 2)

    @pytest.mark.parametrize("company", ["stan", "nobody", "nonsense"])
    def test_a_company_that_may_not_be_known_is_not_found(self, office: Office, owner: Api, company: str) -> None:
        ids = {"stan": office.stranger.pk, "nobody": 987_654}
        value = global_id("User", ids[company]) if company in ids else company
        (error,) = owner.errors(STATISTICS, companyId=value)
        assert error["extensions"]["code"] == "NOT_FOUND"

    def test_nothing_at_all_is_all_zeros(self, office: Office) -> None:
        WorkFlow.objects.filter(name_en="Everybody's").delete()
        found = Api(UserFactory()).run(STATISTICS)["workflowStatistics"]
        assert found["overview"] == dict.fromkeys(found["overview"], 0)
        assert found["attachments"]["avgCompletionSeconds"] is None


class TestNodes:
    """nodes: many objects at once, in the order of the ids."""

    ASK = "query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"

    def test_objects_of_several_types_and_gaps(self, office: Office, owner: Api) -> None:
        template = office.template(1)
        hidden = office.template(1, company_id=office.stranger.pk)
        ids = [
            global_id("User", office.owner.pk),
            global_id("Workflow", hidden.pk),
            global_id("Workflow", template.pk),
            "nonsense",
            global_id("Nothing", 1),
            global_id("User", office.owner.pk),
        ]
        found = owner.run(self.ASK, ids=ids)["nodes"]
        assert found == [
            {"__typename": "User", "id": ids[0]},
            None,
            {"__typename": "Workflow", "id": ids[2]},
            None,
            None,
            {"__typename": "User", "id": ids[0]},
        ]

    def test_more_than_a_hundred_are_refused(self, owner: Api) -> None:
        (error,) = owner.errors(self.ASK, ids=["a"] * 101)
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
