"""Runs on the template itself (`disableClone`): nobody rewrites what others are to decide on one's own object."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.inputs import attach_input, by_user
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory
from tests.runs import asked, attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Deal

ATTACH = """
mutation Attach($input: AttachWorkflowInput!) {
  attachWorkflow(input: $input) { attachment { status workflow { isHidden } } errors { code path } }
}
"""
START = "mutation Start($input: StartWorkflowInput!) { startWorkflow(input: $input) { errors { code path } } }"
REFUSED = [{"code": "FORBIDDEN", "path": ["disableClone"]}]


@pytest.fixture
def editor(office: Office) -> User:
    """Somebody who may change every template and act on every document."""
    return allowed(UserFactory(username="edith"), "change_workflow", "change_document", "change_deal")


@pytest.fixture
def template(office: Office) -> WorkFlow:
    return office.template(1)


def allowed(user: User, *codenames: str) -> User:
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def attach(user: User, template: WorkFlow, obj: Any, **fields: Any) -> Any:
    return Api(user).run(ATTACH, input=attach_input(template, obj, disableClone=True, **fields))["attachWorkflow"]


@pytest.mark.parametrize("auto_start", [True, False])
def test_the_starter_of_ones_own_object_runs_on_a_frozen_version_alone(
    office: Office, template: WorkFlow, auto_start: bool
) -> None:
    with unchanged():
        answer = attach(office.owner, template, office.document, autoStart=auto_start)
    assert answer == {"attachment": None, "errors": REFUSED}


def test_who_may_act_on_the_object_needs_the_right_to_change_the_template(office: Office, template: WorkFlow) -> None:
    clerk = allowed(UserFactory(), "change_document")
    with unchanged():
        assert attach(clerk, template, office.document)["errors"] == REFUSED


@pytest.mark.parametrize("name", ["company", "change permission", "superuser"])
def test_the_right_to_change_templates_is_not_enough_for_ones_own_object(office: Office, name: str) -> None:
    who = office.owner
    company = who.pk if name == "company" else None
    template = office.template(1, company_id=company)
    if name == "change permission":
        allowed(who, "change_workflow")
    if name == "superuser":
        User.objects.filter(pk=who.pk).update(is_superuser=True, is_staff=True)
    with unchanged():
        assert attach(who, template, office.document)["errors"] == REFUSED


@pytest.mark.parametrize("model", [Deal, PurchaseRequest])
def test_each_field_that_names_the_objects_person_counts(
    office: Office, template: WorkFlow, editor: User, model: Any
) -> None:
    own = {"created_by": editor} if model is Deal else {"requester": editor}
    obj = model.objects.create(title="Printer", amount=10, **own)
    with unchanged():
        assert attach(editor, template, obj)["errors"] == REFUSED


def test_an_editor_runs_somebody_elses_object_on_the_template_itself(
    office: Office, template: WorkFlow, editor: User
) -> None:
    answer = attach(editor, template, office.document)
    assert answer == {"attachment": {"status": "IN_PROGRESS", "workflow": {"isHidden": False}}, "errors": []}
    assert update_stage(editor, template)["errors"] == []


def test_a_row_that_one_may_not_act_on_is_refused_as_such_before(office: Office, template: WorkFlow) -> None:
    with unchanged():
        answer = attach(allowed(UserFactory(), "view_document"), template, office.document)
    assert answer["errors"] == [{"code": "FORBIDDEN", "path": ["target"]}]


# Whose own object runs on the template itself leaves it as it is, whatever right there is to change it.

CHANGES = {
    "updateWorkflow": ("UpdateWorkflowInput", lambda ids: {"id": ids["workflow"], "nameEn": "New"}),
    "createPipeline": ("CreatePipelineInput", lambda ids: {"workflowId": ids["workflow"], "pipeline": {"nameEn": "X"}}),
    "updatePipeline": ("UpdatePipelineInput", lambda ids: {"id": ids["pipeline"], "nameEn": "New"}),
    "reorderPipelines": (
        "ReorderPipelinesInput",
        lambda ids: {"workflowId": ids["workflow"], "pipelineIds": ids["pipelines"][::-1]},
    ),
    "createStage": ("CreateStageInput", lambda ids: {"pipelineId": ids["pipeline"], "stage": {"nameEn": "X"}}),
    "updateStage": ("UpdateStageInput", lambda ids: {"id": ids["stage"], "approvals": [ids["approval"]]}),
    "reorderStages": (
        "ReorderStagesInput",
        lambda ids: {"pipelineId": ids["pipeline"], "stageIds": ids["stages"][::-1]},
    ),
    "createAction": ("CreateActionInput", lambda ids: {"workflowId": ids["workflow"], "action": ids["action"]}),
}


def ids_of(template: WorkFlow, user: User) -> dict[str, Any]:
    pipelines = list(template.pipelines.order_by("order"))
    stages = [global_id("Stage", row.pk) for row in pipelines[0].stages.order_by("order")]
    return {
        "workflow": global_id("Workflow", template.pk),
        "pipelines": [global_id("Pipeline", row.pk) for row in pipelines],
        "pipeline": global_id("Pipeline", pipelines[0].pk),
        "stages": stages,
        "stage": stages[1],
        "approval": by_user(user),
        "action": {"actionType": "AFTER_REJECT", "functionPath": "tests.testapp.workflow_actions.notify"},
    }


def change(user: User, template: WorkFlow, name: str) -> Any:
    kind, make = CHANGES[name]
    document = f"mutation Change($input: {kind}!) {{ {name}(input: $input) {{ errors {{ code path }} }} }}"
    return Api(user).run(document, input=make(ids_of(template, user)))[name]


def update_stage(user: User, template: WorkFlow) -> Any:
    return change(user, template, "updateStage")


@pytest.fixture
def chief(office: Office) -> User:
    return UserFactory(username="chief", is_staff=True, is_superuser=True)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("auto_start", [True, False], ids=["started", "not started"])
def test_nobody_changes_the_template_that_ones_own_object_runs_on(
    office: Office, template: WorkFlow, chief: User, name: str, auto_start: bool
) -> None:
    document = DocumentFactory(created_by=chief)
    attach_workflow_to_object(document, template, office.owner, auto_start=auto_start, disable_clone=True)
    with unchanged():
        answer = change(chief, template, name)
    assert [error["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    other = UserFactory(is_staff=True, is_superuser=True)
    assert change(other, template, name)["errors"] == []


@pytest.mark.parametrize("call", ["deleteStage(id: $id)", "deletePipeline(id: $id)"])
def test_nor_deletes_a_part_of_it(office: Office, template: WorkFlow, chief: User, call: str) -> None:
    attach_workflow_to_object(DocumentFactory(created_by=chief), template, office.owner, disable_clone=True)
    ids = ids_of(template, chief)
    document = f"mutation Change($id: ID!) {{ {call} {{ errors {{ code path }} }} }}"
    with unchanged():
        (answer,) = Api(chief).run(document, id=ids["stage"] if "Stage" in call else ids["pipelines"][1]).values()
    assert answer["errors"] == [{"code": "FORBIDDEN", "path": ["id"]}]


def test_it_is_free_again_when_the_run_has_ended(office: Office, template: WorkFlow, chief: User) -> None:
    document = DocumentFactory(created_by=chief)
    attachment = attach_workflow_to_object(document, template, office.owner, disable_clone=True)
    cancel_workflow(attachment_id=attachment.pk, actor=office.owner, reason="Over")
    assert update_stage(chief, template)["errors"] == []


def test_a_run_on_a_frozen_version_holds_nobody_up(office: Office, template: WorkFlow, chief: User) -> None:
    attach_workflow_to_object(DocumentFactory(created_by=chief), template, office.owner)
    assert update_stage(chief, template)["errors"] == []


def test_runs_of_others_and_of_objects_that_are_gone_hold_nobody_up(
    office: Office, template: WorkFlow, chief: User
) -> None:
    gone = DocumentFactory(created_by=chief)
    for document in (office.document, gone):
        attach_workflow_to_object(document, template, office.owner, disable_clone=True)
    gone.delete()
    assert update_stage(chief, template)["errors"] == []


def test_a_run_of_a_model_that_the_project_took_out_holds_nobody_up(
    office: Office, template: WorkFlow, chief: User
) -> None:
    attachment = attach_workflow_to_object(office.document, template, office.owner, disable_clone=True)
    type(attachment).objects.update(content_type=ContentType.objects.create(app_label="shop", model="gone"))
    assert update_stage(chief, template)["errors"] == []


def test_one_starts_what_was_attached_so_by_others(office: Office, template: WorkFlow) -> None:
    attach_workflow_to_object(office.document, template, office.owner, auto_start=False, disable_clone=True)
    given = {"attachmentId": global_id("WorkflowAttachment", attachment_of(office.document).pk)}
    assert Api(office.owner).run(START, input=given)["startWorkflow"]["errors"] == []
    assert set(asked(office.document)) == set(office.members)
    assert seat(office.document, office.members[0])
