"""An `id` is one object's alone: a walk over the whole schema, and the cases that the data of a test may hide."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone
from graphql import is_interface_type, is_object_type

from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import (
    ConfigurationChanges,
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    configure_model,
    create_start_rule,
    create_substitution,
    create_workflow,
)
from gql_workflows.demo.models import Department, DynamicForm, PurchaseRequest
from gql_workflows.ids import global_id, split
from gql_workflows.nodes.lookup import NODE_TYPES
from gql_workflows.schema import schema
from tests.api.caching.cache import Cache
from tests.api.conftest import Office
from tests.api.inputs import target_of
from tests.api.statements.asking import Path, leaves, nested, nestings, object_type
from tests.client import Api
from tests.clock import at
from tests.factories import DocumentFactory, UserFactory, by_role
from tests.runs import attachment_of, seat
from tests.testapp.models import Document, Invoice

pytestmark = pytest.mark.django_db
OTHERS = {"DiagramNode", "Target"}  # that are no rows of the API's own, and so no answers to `node`
TARGETS = "{ attachments { edges { node { id target { __typename id key model display } } } } }"
FOR_TARGET = "query ($target: TargetInput!) { attachmentForTarget(target: $target) { id target { id key } } }"


def whole(kind: Any, levels: int) -> str:
    """Every value of a type, and those of all that hangs on it, so many levels deep."""
    below = [f"{name} {{ {whole(inner, levels - 1)} }}" for name, inner in nested(kind)] if levels else []
    return " ".join(["__typename", leaves(kind), *below])


def document(path: Path, kind: Any) -> str:
    """What there is at the end of a path from the root, with the id and the type of every object on it."""
    selection, current, steps = whole(kind, levels=2), object_type("Query"), []
    for name in path:
        steps.append((name, "__typename id" if "id" in current.fields else "__typename"))
        current = dict(nested(current))[name]
    for name, own in reversed(steps):
        selection = f"{own} {name} {{ {selection} }}"
    return f"{{ {selection} }}"


def template(office: Office, name: str) -> WorkFlow:
    """Three positions of the role's, with a form, a department and an action."""
    form = DynamicForm.objects.create(name=f"Form of {name}", form_schema={"type": "object"})
    department = Department.objects.create(name=f"Department of {name}")
    submit = {"step_approval_type": "submit", "required_form": form.pk}
    deadline = {"after": "P2D", "on_timeout": "fallback", "fallback_user": office.owner.pk}
    asked = [by_role(office.role) | submit | {"deadline": deadline}]
    action = ActionSpec(action_type="after_approve", function_path="tests.testapp.workflow_actions.notify")
    stages = [StageSpec(name_en=f"Stage {number}", approvals=asked, actions=[action]) for number in (1, 2, 3)]
    pipeline = PipelineSpec(name_en="All", department_id=str(department.pk), stages=stages, actions=[action])
    return create_workflow(spec=WorkflowSpec(name_en=name, pipelines=[pipeline], actions=[action]))


@pytest.fixture
def viewer(office: Office, settings: Any) -> Any:
    """An administrator who sees runs of one template at two places, on objects with one and the same key."""
    settings.GQL_WORKFLOWS = {
        "LIMITS": dict.fromkeys(("CHARACTERS", "TOKENS", "FIELDS", "ROOT_FIELDS", "COST"), 100_000_000)
    }
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    viewer = UserFactory(username="viewer", is_staff=True, is_superuser=True)
    office.role.user_set.add(viewer)
    objects: list[Model] = [
        Document(pk=7, title="Seven"),
        PurchaseRequest(pk=7, title="Chairs", amount=7, requester=viewer),
    ]
    objects += [Invoice(number="7", owner=viewer), Document(pk=8, title="Eight")]
    first, second = template(office, "One"), template(office, "Two")
    for obj in objects:
        obj.save()
        attach_workflow_to_object(obj, first, user=office.owner)
    attach_workflow_to_object(office.document, second, user=office.owner)
    approve_step(step_id=seat(objects[3], office.members[0]).pk, actor=office.members[0], form_data={"sum": 5})
    configure_model(model=Document, changes=ConfigurationChanges(default_workflow_id=first.pk))
    create_start_rule(model=Document, workflow_id=first.pk)
    create_substitution(actor=viewer, substitute_id=office.owner.pk, workflow_id=first.pk)
    return viewer


def test_no_two_answers_share_an_id_and_tell_different_things(viewer: Any) -> None:
    api, cache = Api(viewer), Cache()
    with at(timezone.now()):  # the time of a statistic ends now
        for path, kind in nestings(object_type("Query")):
            cache.write(api.run(document(path, kind)))
    assert cache.conflicts == []
    types = cache.types()
    assert set(types.values()) == NODE_TYPES | OTHERS
    assert {key: (split(key) or ("",))[0] for key in types} == types  # so that no cache takes one type for another


def test_every_type_with_an_id_can_be_looked_up_by_it_or_is_known_to_be_none() -> None:
    named = schema._schema.type_map.values()
    with_id: set[Any] = {type_ for type_ in named if is_object_type(type_) and "id" in type_.fields}
    nodes = {type_.name for type_ in with_id if "Node" in {interface.name for interface in type_.interfaces}}
    assert nodes == NODE_TYPES
    assert {type_.name for type_ in with_id} - nodes == OTHERS
    assert [type_.name for type_ in named if is_interface_type(type_) and "id" in type_.fields] == ["Node"]


def names_of(api: Api, obj: Model) -> list[str]:
    """The id and the key of an attached object."""
    target = api.run(FOR_TARGET, target=target_of(obj))["attachmentForTarget"]["target"]
    return [target["id"], target["key"]]


def test_an_object_is_named_by_its_key_or_by_its_id(office: Office) -> None:
    api, template = Api(office.owner), office.template(1)
    attach_workflow_to_object(office.document, template, user=office.owner)
    identifier, key = names_of(api, office.document)
    assert key == str(office.document.pk)
    for named in (key, identifier):
        for model in ("testapp.Document", "TESTAPP.document"):
            found = api.run(FOR_TARGET, target={"model": model, "id": named})["attachmentForTarget"]
            assert found["target"] == {"id": identifier, "key": key}


def test_every_input_of_an_object_takes_its_id(office: Office) -> None:
    api, template = Api(office.owner), global_id("Workflow", office.template(1).pk)
    attach_workflow_to_object(office.document, office.template(1, name_en="Other"), user=office.owner)
    identifier, _key = names_of(api, office.document)
    cancel_workflow(attachment_id=attachment_of(office.document).pk, actor=office.owner, reason="again")
    target = {"model": "testapp.Document", "id": identifier}
    preview = (
        "query ($id: ID!, $target: TargetInput!) { previewApprovers(workflowId: $id, target: $target) { problem } }"
    )
    assert len(api.run(preview, id=template, target=target)["previewApprovers"]) == 3
    attach = """mutation ($input: AttachWorkflowInput!) {
      attachWorkflow(input: $input) { attachment { target { id } } errors { code path } }
    }"""
    answer = api.run(attach, input={"workflowId": template, "target": target})["attachWorkflow"]
    assert answer == {"attachment": {"target": {"id": identifier}}, "errors": []}


def test_an_id_of_another_model_or_of_another_spelling_names_nothing(office: Office) -> None:
    attach_workflow_to_object(office.document, office.template(1), user=office.owner)
    api = Api(office.owner)
    identifier, key = names_of(api, office.document)
    written = base64.b64decode(identifier).decode()
    others = [f" {identifier}", identifier.rstrip("=") + "\n", base64.b64encode(written.upper().encode()).decode()]
    others += [global_id("Document", key), global_id("Target", key), global_id("WorkflowAttachment", key)]
    for named in others:
        assert api.run(FOR_TARGET, target={"model": "testapp.Document", "id": named})["attachmentForTarget"] is None
    for model in ("testapp.Invoice", "testapp.UuidDocument", "demo.PurchaseRequest"):
        assert api.run(FOR_TARGET, target={"model": model, "id": identifier})["attachmentForTarget"] is None


def test_a_key_that_is_text_may_hold_what_divides_an_id(office: Office) -> None:
    invoice = Invoice.objects.create(number="Target:a:b", owner=office.owner)
    attach_workflow_to_object(invoice, office.template(1), user=office.owner)
    identifier, key = names_of(Api(office.owner), invoice)
    found = Api(office.owner).run(FOR_TARGET, target={"model": "testapp.Invoice", "id": identifier})
    assert found["attachmentForTarget"]["target"] == {"id": identifier, "key": "Target:a:b"}
    assert key == "Target:a:b"


def test_a_deleted_object_and_one_that_got_its_key_are_two(office: Office) -> None:
    api = Api(office.owner)
    for _time in range(2):
        invoice = Invoice.objects.create(number="7", owner=office.owner)
        attach_workflow_to_object(invoice, office.template(1), user=office.owner)
        before, _key = names_of(api, invoice)
        invoice.delete()
    Invoice.objects.create(number="7", owner=office.owner)
    targets = [edge["node"]["target"] for edge in api.run(TARGETS)["attachments"]["edges"]]
    assert len({target["id"] for target in targets} | {before}) == 3
    for target in targets:
        found = api.run(FOR_TARGET, target={"model": "testapp.Invoice", "id": target["id"]})
        assert found["attachmentForTarget"] is None


def test_the_boxes_of_a_picture_are_one_picture_s_alone(office: Office) -> None:
    template = office.template(1)
    objects = [office.document, DocumentFactory(created_by=office.owner)]
    for obj in objects:
        attach_workflow_to_object(obj, template, user=office.owner)
    picture = "diagram { nodes { id isCurrent } edges { from to } }"
    answer = Api(office.owner).run(f"{{ attachments {{ edges {{ node {{ {picture} workflow {{ {picture} }} }} }} }} }}")
    runs = [edge["node"] for edge in answer["attachments"]["edges"]]
    pictures = [run["diagram"] for run in runs] + [runs[0]["workflow"]["diagram"]]
    assert runs[0]["workflow"] == runs[1]["workflow"]
    ids = [[node["id"] for node in picture["nodes"]] for picture in pictures]
    assert len({one for those in ids for one in those}) == 9
    for those, picture in zip(ids, pictures, strict=True):
        assert [(edge["from"], edge["to"]) for edge in picture["edges"]] == list(pairwise(those))


@pytest.mark.parametrize("added", ["\n", " ", "\x00", "!", "=", "-"])
def test_an_id_has_one_spelling(office: Office, added: str) -> None:
    value = global_id("User", office.owner.pk)
    api, find = Api(office.owner), "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    assert api.run(find, id=value) == {"node": {"id": value}, "nodes": [{"id": value}]}
    for other in (value + added, added + value, value[:3] + added + value[3:]):
        assert api.run(find, id=other) == {"node": None, "nodes": [None]}
