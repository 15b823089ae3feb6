"""Which models the API knows, by the settings and the configurations together, and how their objects are named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.services import ConfigurationChanges, attach_workflow_to_object, configure_model
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.api.documents import ATTACH, ATTACHMENTS, FOR_TARGET, INBOX
from tests.api.inputs import attach_input, target_of
from tests.client import Api
from tests.factories import DocumentFactory
from tests.snapshot import unchanged
from tests.testapp.models import Document, UuidDocument

AVAILABLE = "query Q($model: String!) { availableWorkflows(model: $model) { nameEn } }"
PREVIEW = """
query Q($id: ID!, $target: TargetInput!) { previewApprovers(workflowId: $id, target: $target) { problem } }
"""
CONFIGURE = """
mutation M($input: ConfigureModelInput!) {
  configureModel(input: $input) { configuration { model } errors { code message path } }
}
"""
DOCUMENT, OTHER, NOWHERE = "testapp.Document", "testapp.Deal", "nowhere.Nothing"
UNKNOWN = {"code": "MODEL_NOT_ENABLED", "message": "testapp.Document takes no workflows."}

# What ENABLED_MODELS lists, whether the configuration is enabled (None: there is none), and whether the model is known.
SET_UP = [
    ([], None, False),
    ([], True, True),
    ([], False, False),
    ([DOCUMENT], None, True),
    ([DOCUMENT], True, True),
    ([DOCUMENT], False, False),
    ([OTHER], None, False),
    ([OTHER], True, False),
    ([OTHER], False, False),
    ([NOWHERE], None, False),
    ([NOWHERE], True, False),
    ([NOWHERE, DOCUMENT], None, True),
]


@pytest.fixture
def template(office: Office) -> WorkFlow:
    """Attached to the office's document, while that is known to everybody."""
    template = office.template(3)
    attach_workflow_to_object(office.document, template, user=office.owner)
    return template


@pytest.fixture
def set_up(template: WorkFlow, settings: Any) -> Callable[[list[str], bool | None], None]:
    """Set the project up otherwise from now on."""

    def set_up(listed: list[str], configured: bool | None) -> None:
        if configured is not None:
            configure_model(model=Document, changes=ConfigurationChanges(is_enabled=configured))
        settings.DJANGO_WORKFLOW_ENGINE = {"ENABLED_MODELS": listed}

    return set_up


@pytest.mark.parametrize(("listed", "configured", "known"), SET_UP)
def test_a_model_is_known_through_every_door_or_through_none(
    office: Office, template: WorkFlow, set_up: Any, listed: list[str], configured: bool | None, known: bool
) -> None:
    set_up(listed, configured)
    owner, member = Api(office.owner), Api(office.members[0])
    target = target_of(office.document)
    attached = owner.run(ATTACH, input=attach_input(template, DocumentFactory(created_by=office.owner)))
    doors = {
        "named": DOCUMENT in owner.run("{ enabledModels }")["enabledModels"],
        "run of the object": owner.run(FOR_TARGET, target=target)["attachmentForTarget"] is not None,
        "runs": owner.run(ATTACHMENTS)["attachments"]["totalCount"] > 0,
        "inbox": member.run(INBOX)["myApprovals"]["totalCount"] > 0,
        "workflows": "errors" not in owner.raw(AVAILABLE, model=DOCUMENT).json(),
        "preview": "errors" not in owner.raw(PREVIEW, id=global_id("Workflow", template.pk), target=target).json(),
        "attached": attached["attachWorkflow"]["errors"] == [],
    }
    assert doors == dict.fromkeys(doors, known)


def test_a_model_that_is_not_known_is_refused_by_the_name_that_was_given(
    office: Office, template: WorkFlow, set_up: Any
) -> None:
    set_up([OTHER], None)
    owner, target = Api(office.owner), {"model": "TESTAPP.document", "id": str(office.document.pk)}
    message = "TESTAPP.document takes no workflows."
    workflow_id = global_id("Workflow", template.pk)
    (available,) = owner.errors(AVAILABLE, model="TESTAPP.document")
    (preview,) = owner.errors(PREVIEW, id=workflow_id, target=target)
    (attached,) = owner.run(ATTACH, input={"workflowId": workflow_id, "target": target})["attachWorkflow"]["errors"]
    assert attached == {**UNKNOWN, "message": message, "path": ["target", "model"]}
    for error in (available, preview):
        assert error["message"] == message
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "MODEL_NOT_ENABLED"}


@pytest.mark.parametrize(
    ("listed", "configured", "taken"),
    [
        ([], None, False),
        ([], False, True),
        ([DOCUMENT], None, True),
        ([DOCUMENT], False, True),
        ([OTHER], None, False),
        ([OTHER], False, True),
        ([NOWHERE], None, False),
    ],
)
def test_a_model_is_configured_that_is_listed_or_has_a_configuration(
    admin_user: User, set_up: Any, listed: list[str], configured: bool | None, taken: bool
) -> None:
    set_up(listed, configured)
    before = WorkflowConfiguration.objects.count()
    answer = Api(admin_user).run(CONFIGURE, input={"model": DOCUMENT, "isEnabled": False})["configureModel"]
    refused = {"configuration": None, "errors": [{**UNKNOWN, "path": ["model"]}]}
    assert answer == ({"configuration": {"model": DOCUMENT}, "errors": []} if taken else refused)
    assert WorkflowConfiguration.objects.count() == (1 if taken else before)


@pytest.mark.parametrize("named", ["no number", "0", " 1", "1" * 40, "\x00", global_id("Target", "testapp.document:0")])
def test_an_object_that_is_not_there_is_refused_in_the_same_words(office: Office, named: str) -> None:
    fields = attach_input(office.template(3), office.document) | {"target": {"model": DOCUMENT, "id": named}}
    with unchanged():
        answer = Api(office.owner).run(ATTACH, input=fields)["attachWorkflow"]
    assert answer["errors"] == [{"code": "NOT_FOUND", "message": "There is no such object.", "path": ["target", "id"]}]


def keys(edges: list[Mapping[str, Any]]) -> dict[str, str]:
    return {edge["node"]["target"]["key"]: edge["node"]["target"]["id"] for edge in edges}


def test_the_id_of_an_object_names_it_alone(office: Office, admin_user: User) -> None:
    """Two of one model, one of another model, and one that is gone: no two share an id, and the gone one names none."""
    same, other = DocumentFactory(), UuidDocument.objects.create(pk=uuid.UUID(int=office.document.pk))
    gone = DocumentFactory()
    template = office.template(3)
    for obj in (office.document, same, other, gone):
        attach_workflow_to_object(obj, template, user=office.owner)
    gone_key = str(gone.pk)
    api = Api(admin_user)
    before = keys(api.run(ATTACHMENTS)["attachments"]["edges"])
    gone.delete()
    after = keys(api.run(ATTACHMENTS)["attachments"]["edges"])
    assert len({*before.values(), after[gone_key]}) == 5
    assert {key: after[key] for key in after if key != gone_key} == {
        key: before[key] for key in before if key != gone_key
    }
    for obj in (office.document, same, other):
        found = api.run(FOR_TARGET, target={"model": obj._meta.label, "id": after[str(obj.pk)]})
        assert found["attachmentForTarget"]["target"]["key"] == str(obj.pk)
    made_up = [global_id("Target", f"{name}:{same.pk}") for name in ("document", "testapp", "demo.document", "")]
    for identifier in (before[gone_key], after[gone_key], *made_up):
        assert api.run(FOR_TARGET, target={"model": DOCUMENT, "id": identifier}) == {"attachmentForTarget": None}
