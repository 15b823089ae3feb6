"""Delegating, escalating, sending back, cancelling, forms, and approving several steps at once."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Stage, WorkflowAttachment
from django_workflow_engine.services import approve_step, attach_workflow_to_object
from gql_workflows.demo.models import DynamicForm
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, open_steps, place, seat, steps_of
from tests.snapshot import unchanged
from tests.testapp.models import Profile

PAYLOAD = """
outcome step { status assignedTo { username } actionUser { username } formData form { name } stepType }
attachment { status currentStage { nameEn } currentPipeline { nameEn } currentSteps { assignedTo { username } } }
errors { code path message }
"""


def mutation(name: str) -> str:
    kind = name[0].upper() + name[1:] + "Input!"
    return f"mutation M($input: {kind}) {{ {name}(input: $input) {{ {PAYLOAD} }} }}"


APPROVE, REJECT, RESUBMIT, DELEGATE, ESCALATE = (
    mutation(name) for name in ("approveStep", "rejectStep", "requestResubmission", "delegateStep", "escalateStep")
)
CANCEL = """
mutation Cancel($input: CancelWorkflowInput!) {
  cancelWorkflow(input: $input) { attachment { status viewerCannotActReason } errors { code path } }
}
"""
APPROVE_ALL = """
mutation All($input: ApproveStepsInput!) {
  approveSteps(input: $input) {
    results { outcome step { id } attachment { status } errors { code path } } errors { code path }
  }
}
"""


def started(office: Office, strategy: Any, **fields: Any) -> WorkflowAttachment:
    attach_workflow_to_object(office.document, office.template(strategy, **fields), user=office.owner)
    return attachment_of(office.document)


def step_id(office: Office, number: int = 0) -> str:
    return global_id("ApprovalStep", seat(office.document, office.members[number]).pk)


def user_id(user: Any) -> str:
    return global_id("User", user.pk)


def codes(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["path"]) for error in answer["errors"]]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_seat_is_passed_on_with_everything(office: Office, member: Api, strategy: WorkflowStrategy) -> None:
    started(office, strategy)
    office.role.user_set.add(office.stranger)  # a colleague since, without a seat
    given = {"stepId": step_id(office), "userId": user_id(office.stranger), "reason": "Away"}
    answer = member.run(DELEGATE, input=given)["delegateStep"]
    assert (answer["outcome"], answer["errors"]) == ("DELEGATED", [])
    assert sorted(step["assignedTo"]["username"] for step in answer["attachment"]["currentSteps"]) == ["milo", "stan"]
    assert history(office.document, "comment")[-1] == ("delegated", "Away")
    stan = Api(office.stranger)
    approved = stan.run(APPROVE, input={"stepId": global_id("ApprovalStep", seat(office.document, office.stranger).pk)})
    assert approved["approveStep"]["errors"] == []
    behalf = "{ attachments { edges { node { events { kind user { username } onBehalfOf { username } } } } } }"
    (edge,) = stan.run(behalf)["attachments"]["edges"]
    assert {"kind": "APPROVED", "user": {"username": "stan"}, "onBehalfOf": {"username": "mona"}} in edge["node"][
        "events"
    ]


@pytest.mark.parametrize(
    ("receiver", "code"),
    [
        ("members.0", "INVALID"),
        ("members.1", "CONFLICT"),
        ("nobody", "NOT_FOUND"),
        ("inactive", "NOT_FOUND"),
        ("stranger", "NOT_FOUND"),
    ],
)
def test_a_seat_is_passed_on_to_nobody_who_cannot_take_it(
    office: Office, member: Api, receiver: str, code: str
) -> None:
    started(office, 1)
    inactive = UserFactory(is_active=False)
    office.role.user_set.add(inactive)
    people = {
        "members.0": user_id(office.members[0]),
        "members.1": user_id(office.members[1]),
        "nobody": global_id("User", 987_654),
        "inactive": user_id(inactive),
        "stranger": user_id(office.stranger),
    }
    with unchanged():
        answer = member.run(DELEGATE, input={"stepId": step_id(office), "userId": people[receiver]})["delegateStep"]
    assert codes(answer) == [(code, ["userId"])]
    assert (answer["step"], answer["attachment"], answer["outcome"]) == (None, None, None)


def test_a_seat_is_passed_up_to_the_manager(office: Office, member: Api, settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"
    started(office, 1)
    with unchanged():
        nobody = member.run(ESCALATE, input={"stepId": step_id(office)})["escalateStep"]
    assert codes(nobody) == [("NO_APPROVER", ["stepId"])]
    Profile.objects.create(user=office.members[0], manager=office.stranger)
    answer = member.run(ESCALATE, input={"stepId": step_id(office), "reason": "Too much"})["escalateStep"]
    assert (answer["outcome"], asked(office.document)) == ("ESCALATED", [office.members[1], office.stranger])


def test_a_run_is_sent_back_to_an_earlier_stage_of_the_template(office: Office, member: Api) -> None:
    attachment = started(office, 1)
    approve(office.document, office.members[0])
    template = attachment.workflow.cloned_from
    assert template is not None
    first, second, third = Stage.objects.filter(pipeline__workflow=template).order_by("pipeline__order", "order")
    assert place(office.document)[1] == second.name_en
    with unchanged():
        ahead = {"stepId": step_id(office), "stageId": global_id("Stage", third.pk), "reason": "More"}
        assert codes(member.run(RESUBMIT, input=ahead)["requestResubmission"]) == [("INVALID", ["stageId"])]
    foreign = Stage.objects.filter(pipeline__workflow=office.template(1, name_en="Other")).first()
    assert foreign is not None
    other = {"stepId": step_id(office), "stageId": global_id("Stage", foreign.pk), "reason": "More"}
    assert codes(member.run(RESUBMIT, input=other)["requestResubmission"]) == [("NOT_FOUND", ["stageId"])]
    back = {"stepId": step_id(office), "stageId": global_id("Stage", first.pk), "reason": "More"}
    answer = member.run(RESUBMIT, input=back)["requestResubmission"]
    assert answer["outcome"] == "RESUBMISSION_REQUESTED"
    assert answer["attachment"]["currentStage"] == {"nameEn": first.name_en}
    assert answer["step"]["status"] == "NEEDS_RESUBMISSION"


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("document", "name"), [(REJECT, "rejectStep"), (RESUBMIT, "requestResubmission")])
def test_a_reason_is_required(
    office: Office, member: Api, strategy: WorkflowStrategy, document: str, name: str
) -> None:
    started(office, strategy)
    with unchanged():
        answer = member.run(document, input={"stepId": step_id(office), "reason": " "})[name]
    assert codes(answer) == [("REQUIRED", ["reason"])]


def test_a_run_is_called_off_by_its_starter(office: Office, owner: Api, member: Api) -> None:
    given = {"attachmentId": global_id("WorkflowAttachment", started(office, 1).pk), "reason": "Wrong"}
    with unchanged():
        refused = member.run(CANCEL, input=given)["cancelWorkflow"]
        blank = owner.run(CANCEL, input={**given, "reason": ""})["cancelWorkflow"]
    assert refused == {"attachment": None, "errors": [{"code": "FORBIDDEN", "path": ["attachmentId"]}]}
    assert blank["errors"] == [{"code": "REQUIRED", "path": ["reason"]}]
    answer = owner.run(CANCEL, input=given)["cancelWorkflow"]
    assert answer == {
        "attachment": {"status": "CANCELLED", "viewerCannotActReason": "NOT_IN_PROGRESS"},
        "errors": [],
    }
    with unchanged():
        again = owner.run(CANCEL, input=given)["cancelWorkflow"]
    assert again["errors"] == [{"code": "NOT_IN_PROGRESS", "path": ["attachmentId"]}]


class TestForms:
    """A step that submits the data of a form with a JSON Schema."""

    @pytest.fixture(autouse=True)
    def submitting(self, office: Office, settings: Any) -> None:
        settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
        schema = {
            "type": "object",
            "required": ["sum"],
            "properties": {"sum": {"type": "number"}, "lines": {"type": "array", "items": {"type": "string"}}},
        }
        form = DynamicForm.objects.create(name="Budget", form_schema=schema)
        approval = {**by_role(office.role), "step_approval_type": "submit", "required_form": form.pk}
        attach_workflow_to_object(office.document, template_for(1, [[approval], [by_role(office.role)]]), office.owner)

    def test_the_data_is_kept_with_the_step(self, office: Office, member: Api) -> None:
        given = {"stepId": step_id(office), "formData": {"sum": 5}}
        step = member.run(APPROVE, input=given)["approveStep"]["step"]
        expected = {"formData": {"sum": 5}, "form": {"name": "Budget"}, "stepType": "SUBMIT", "status": "APPROVED"}
        assert {name: step[name] for name in expected} == expected

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (None, [("FORM_DATA_REQUIRED", ["formData"])]),
            ({}, [("FORM_DATA_REQUIRED", ["formData"])]),
            ([1], [("INVALID", ["formData"])]),
            (
                {"sum": "much", "lines": ["a", 2]},
                [("FORM_DATA_INVALID", ["formData", "lines", "1"]), ("FORM_DATA_INVALID", ["formData", "sum"])],
            ),
        ],
    )
    def test_every_fault_is_told_with_its_path(
        self, office: Office, member: Api, data: Any, expected: list[Any]
    ) -> None:
        with unchanged():
            answer = member.run(APPROVE, input={"stepId": step_id(office), "formData": data})["approveStep"]
        assert codes(answer) == expected

    def test_the_form_is_told_with_its_schema(self, office: Office, member: Api) -> None:
        document = "{ myApprovals { edges { node { stepType form { id name schema } } } } }"
        (edge,) = member.run(document)["myApprovals"]["edges"]
        form = DynamicForm.objects.get()
        assert edge["node"] == {
            "stepType": "SUBMIT",
            "form": {"id": global_id("Form", form.pk), "name": "Budget", "schema": form.form_schema},
        }


def test_a_check_in_is_the_first_of_two_acts(office: Office, member: Api) -> None:
    approval = {**by_user(office.members[0]), "step_approval_type": "check_in_verify"}
    attach_workflow_to_object(office.document, template_for(3, [[approval]]), user=office.owner)
    given = {"stepId": step_id(office)}
    first = member.run(APPROVE, input=given)["approveStep"]
    assert (first["outcome"], first["step"]["status"], first["step"]["stepType"]) == (
        "CHECKED_IN",
        "CURRENT",
        "CHECK_IN_VERIFY",
    )
    second = member.run(APPROVE, input=given)["approveStep"]
    assert (second["outcome"], second["attachment"]["status"]) == ("WORKFLOW_COMPLETED", "COMPLETED")


def test_a_move_takes_no_form_data(office: Office, member: Api) -> None:
    approval = {**by_user(office.members[0]), "step_approval_type": "move"}
    attach_workflow_to_object(office.document, template_for(3, [[approval]]), user=office.owner)
    with unchanged():
        refused = member.run(APPROVE, input={"stepId": step_id(office), "formData": {"a": 1}})["approveStep"]
    assert codes(refused) == [("FORM_NOT_ACCEPTED", ["formData"])]
    assert member.run(APPROVE, input={"stepId": step_id(office)})["approveStep"]["errors"] == []


class TestSeveralAtOnce:
    """approveSteps: one answer for each id, in the order of the ids."""

    @pytest.fixture
    def documents(self, office: Office) -> list[Any]:
        documents = DocumentFactory.create_batch(3)
        template = office.template(3)
        for document in documents:
            attach_workflow_to_object(document, template, user=office.owner)
        return documents

    def ids(self, office: Office, documents: list[Any]) -> list[str]:
        return [global_id("ApprovalStep", seat(document, office.members[0]).pk) for document in documents]

    def test_one_that_fails_leaves_the_others_approved(self, office: Office, member: Api, documents: list[Any]) -> None:
        first, second, third = self.ids(office, documents)
        other = global_id("ApprovalStep", seat(documents[1], office.members[1]).pk)
        approve_step(step_id=seat(documents[2], office.members[1]).pk, actor=office.members[1])
        ids = [third, "nonsense", first, other, second]
        answer = member.run(APPROVE_ALL, input={"stepIds": ids, "comment": "All"})["approveSteps"]
        assert answer["errors"] == []
        assert [(result["outcome"], result["errors"]) for result in answer["results"]] == [
            (None, [{"code": "STEP_ALREADY_DECIDED", "path": ["stepIds", "0"]}]),
            (None, [{"code": "NOT_FOUND", "path": ["stepIds", "1"]}]),
            ("WORKFLOW_COMPLETED", []),
            (None, [{"code": "NOT_YOUR_STEP", "path": ["stepIds", "3"]}]),
            ("WORKFLOW_COMPLETED", []),
        ]
        assert answer["results"][0]["step"] == {"id": third}
        assert [attachment_of(document).status for document in documents] == ["completed"] * 3
        assert [step.comment for step in steps_of(documents[0]) if step.status == "approved"] == ["All"]

    def test_an_id_that_comes_twice_gets_its_answer_twice(
        self, office: Office, member: Api, documents: list[Any]
    ) -> None:
        first = self.ids(office, documents)[0]
        answer = member.run(APPROVE_ALL, input={"stepIds": [first, first]})["approveSteps"]
        assert [result["outcome"] for result in answer["results"]] == ["WORKFLOW_COMPLETED"] * 2

    def test_more_than_a_hundred_are_refused(self, office: Office, member: Api, documents: list[Any]) -> None:
        with unchanged():
            answer = member.run(APPROVE_ALL, input={"stepIds": self.ids(office, documents) * 34})["approveSteps"]
        assert answer == {"results": [], "errors": [{"code": "INVALID", "path": ["stepIds"]}]}

    def test_none_at_all_is_nothing(self, member: Api) -> None:
        answer = member.run(APPROVE_ALL, input={"stepIds": []})["approveSteps"]
        assert answer == {"results": [], "errors": []}


class TestWhyNot:
    """viewerCannotActReason, on the step and on its attachment, is what the verb refuses."""

    REFUSED = {
        "ALREADY_DECIDED": "STEP_ALREADY_DECIDED",
        "NOT_IN_PROGRESS": "NOT_IN_PROGRESS",
        "NOT_YOUR_STEP": "NOT_YOUR_STEP",
        "ROLE_LOST": "NOT_YOUR_STEP",
        "PERMISSION_MISSING": "FORBIDDEN",
        "TARGET_GONE": "NOT_IN_PROGRESS",
        "SELF_APPROVAL_FORBIDDEN": "FORBIDDEN",
    }

    ASK = """
    query Ask($id: ID!) { node(id: $id) { ... on ApprovalStep {
      viewerCanAct viewerCannotActReason attachment { viewerCanAct viewerCannotActReason }
    } } }
    """

    def reasons(self, api: Api, step: Any) -> tuple[str | None, str | None]:
        node = api.run(self.ASK, id=global_id("ApprovalStep", step.pk))["node"]
        for told in (node, node["attachment"]):
            assert told["viewerCanAct"] is (told["viewerCannotActReason"] is None)
        if node["viewerCannotActReason"] is not None:
            self.check_refused(api, step, self.REFUSED[node["viewerCannotActReason"]])
        return node["viewerCannotActReason"], node["attachment"]["viewerCannotActReason"]

    def check_refused(self, api: Api, step: Any, code: str) -> None:
        document = "mutation A($input: ApproveStepInput!) { approveStep(input: $input) { errors { code path } } }"
        with unchanged():
            answer = api.raw(document, input={"stepId": global_id("ApprovalStep", step.pk)}).json()
        if "errors" in answer:
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
        else:
            assert answer["data"]["approveStep"]["errors"] == [{"code": code, "path": ["stepId"]}]

    def test_nothing_stands_in_the_way(self, office: Office, member: Api) -> None:
        started(office, 1)
        assert self.reasons(member, seat(office.document, office.members[0])) == (None, None)

    def test_it_waits_for_somebody_else(self, office: Office, owner: Api, member: Api) -> None:
        started(office, 1)
        step = seat(office.document, office.members[1])
        assert self.reasons(owner, step) == ("NOT_YOUR_STEP", "NOT_YOUR_STEP")
        assert self.reasons(member, step) == ("NOT_YOUR_STEP", None)

    def test_an_object_is_ones_own_by_a_property_too(
        self, office: Office, owner: Api, member: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started(office, 1)
        monkeypatch.setattr(type(office.document), "requester", property(lambda row: office.members[0]), raising=False)
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
        expected = ("SELF_APPROVAL_FORBIDDEN", "SELF_APPROVAL_FORBIDDEN")
        assert self.reasons(member, seat(office.document, office.members[0])) == expected

    def test_it_was_decided(self, office: Office, member: Api) -> None:
        started(office, 1)
        step = seat(office.document, office.members[0])
        approve(office.document, office.members[0])
        assert self.reasons(member, step) == ("ALREADY_DECIDED", None)

    def test_the_run_has_ended(self, office: Office, member: Api) -> None:
        started(office, 3)
        step = seat(office.document, office.members[0])
        approve(office.document, office.members[0])
        assert self.reasons(member, step) == ("ALREADY_DECIDED", "NOT_IN_PROGRESS")

    def test_the_role_was_lost(self, office: Office, member: Api) -> None:
        started(office, 1)
        office.role.user_set.remove(office.members[0])
        step = seat(office.document, office.members[0])
        assert self.reasons(member, step) == ("ROLE_LOST", "ROLE_LOST")

    def test_a_permission_is_missing(self, office: Office, member: Api, settings: Any) -> None:
        started(office, 1)
        permissions = {"PERMISSIONS": {"REQUIRE_PERMISSION_TO_APPROVE": True}}
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, **permissions}
        step = seat(office.document, office.members[0])
        assert self.reasons(member, step) == ("PERMISSION_MISSING", "PERMISSION_MISSING")

    def test_the_object_is_gone(self, office: Office, member: Api) -> None:
        started(office, 1)
        step = seat(office.document, office.members[0])
        office.document.delete()
        assert self.reasons(member, step) == ("TARGET_GONE", "TARGET_GONE")

    def test_one_s_own_object_is_not_approved(self, office: Office, owner: Api, settings: Any) -> None:
        """The seat was given before the setting forbade it."""
        role = group_of(office.owner, office.stranger)
        attach_workflow_to_object(office.document, template_for(1, [[by_role(role)], [by_self()]]), user=office.owner)
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
        step = seat(office.document, office.owner)
        assert self.reasons(owner, step) == ("SELF_APPROVAL_FORBIDDEN", "SELF_APPROVAL_FORBIDDEN")
        approve(office.document, office.stranger)
        (waiting,) = open_steps(office.document)
        assert self.reasons(owner, waiting) == (None, None)

    def test_who_only_created_the_object_does_not_approve_it_either(self, office: Office, settings: Any) -> None:
        document = DocumentFactory(created_by=office.members[0])
        attach_workflow_to_object(document, office.template(1), user=office.stranger)
        settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "FORBID_SELF_APPROVAL": True}
        step = seat(document, office.members[0])
        expected = ("SELF_APPROVAL_FORBIDDEN", "SELF_APPROVAL_FORBIDDEN")
        assert self.reasons(Api(office.members[0]), step) == expected
        assert self.reasons(Api(office.members[1]), seat(document, office.members[1])) == (None, None)


def test_the_diagram_of_a_run_marks_where_it_stands(office: Office, owner: Api) -> None:
    attachment = started(office, 1)
    approve(office.document, office.members[0])
    document = "query Q($id: ID!) { attachment(id: $id) { diagram { nodes { label isCurrent } mermaid } } }"
    diagram = owner.run(document, id=global_id("WorkflowAttachment", attachment.pk))["attachment"]["diagram"]
    assert diagram["nodes"] == [
        {"label": "Stage 1", "isCurrent": False},
        {"label": "Stage 2", "isCurrent": True},
        {"label": "Stage 3", "isCurrent": False},
    ]
    stage = attachment_of(office.document).current_stage_id
    assert diagram["mermaid"].splitlines()[-1] == f"  class stage_{stage} current"


@pytest.mark.parametrize("status", ["not_started", "completed", "rejected", "cancelled"])
def test_the_diagram_of_a_run_that_is_not_in_progress_marks_nothing(office: Office, owner: Api, status: str) -> None:
    attachment = started(office, 1)
    WorkflowAttachment.objects.filter(pk=attachment.pk).update(status=status)
    document = "query Q($id: ID!) { attachment(id: $id) { diagram { nodes { isCurrent } mermaid } } }"
    diagram = owner.run(document, id=global_id("WorkflowAttachment", attachment.pk))["attachment"]["diagram"]
    assert diagram["nodes"] == [{"isCurrent": False}] * 3
    assert "current" not in diagram["mermaid"]
