"""Which schemas can be used: told when a template names a form, when a form is stored, and at the decision."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.definitions.changes import StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import FormDataInvalid, WorkflowIncomplete
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import create_stage, create_workflow, update_stage, update_workflow
from django_workflow_engine.validators import validate_form_schema
from gql_workflows.demo.models import DynamicForm
from tests.engine.forms.deciding import Asked, form_with
from tests.engine.templates.trees import FLAT, INVALID, STAGED, complete, refused, stage_of
from tests.factories import by_self
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
DRAFT_3, DRAFT_4 = "http://json-schema.org/draft-03/schema#", "http://json-schema.org/draft-04/schema#"


@pytest.fixture(autouse=True)
def forms(settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


UNUSABLE = {
    "a look-ahead": fields(a={"pattern": "^(?=.*x).+$"}),
    "a look-behind": fields(a={"items": {"pattern": "(?<!x)y"}}),
    "a back-reference": fields(a={"anyOf": [{"pattern": r"(a)\1"}]}),
    "a pattern that is none": fields(a={"pattern": "("}),
    "a look-ahead for names": {"patternProperties": {"^(?!x)": {}}},
    "a look-ahead in a part that is referred to": {"$defs": {"a": {"pattern": "(?!x)"}}, "$ref": "#/$defs/a"},
    "a look-ahead below dependencies": {
        "$schema": DRAFT_4,
        "dependencies": {"a": {"patternProperties": {"(?=a)": {}}}},
    },
    "a pattern that is too large": fields(a={"pattern": r"((\p{L}{1,100}){1,100}){1,10}"}),
    "too many levels": {"not": {"not": {"not": {"not": fields(a=fields(b=fields(c=fields(d={"enum": [[[]]]}))))}}}},
    "too many characters": fields(a={"title": "x" * 100_000}),
    "too many parts": {"$schema": DRAFT_4, "allOf": [fields(a={"type": "string"})] * 2_000},
}


@pytest.fixture(params=UNUSABLE)
def unusable(request: Any, settings: Any) -> Any:
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | {"MAX_JSON_DEPTH": 12}
    return UNUSABLE[request.param]


def submitting(schema: Any) -> dict[str, Any]:
    return by_self() | {"step_approval_type": "submit", "required_form": form_with(schema).pk}


def test_a_template_that_names_a_form_that_cannot_be_used_is_refused_at_its_place(unusable: Any) -> None:
    approval = submitting(unusable)
    path = ("approvals", "1", "required_form")
    stage = StageSpec(name_en="Stage", approvals=[by_self(), approval])
    spec = WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en="P", stages=[stage])])
    assert refused(create_workflow, spec=spec) == [(INVALID, ("pipelines", "0", "stages", "0", *path))]
    staged, flat = stage_of(complete(STAGED)), complete(FLAT)
    changes = StageChanges(approvals=[by_self(), approval])
    assert refused(update_stage, id=staged.pk, changes=changes) == [(INVALID, path)]
    assert refused(create_stage, pipeline_id=staged.pipeline_id, stage=stage) == [(INVALID, ("stage", *path))]
    changed = WorkflowChanges(approvals=[by_self(), approval])
    assert refused(update_workflow, id=flat.pk, changes=changed) == [(INVALID, path)]
    form = WorkFlowSerializer(flat, {"approvals": [by_self(), approval]}, partial=True)
    assert not form.is_valid()
    (problem,) = form.errors["approvals"][1]["required_form"]
    assert problem.startswith("The form's schema cannot be used: ")


def test_a_form_that_cannot_be_used_is_refused_when_it_is_stored(unusable: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_form_schema(unusable)
    assert caught.value.code == "INVALID"
    assert caught.value.messages[0].startswith("The form's schema cannot be used: ")


def test_a_form_that_became_unusable_is_told_at_the_decision_and_asked_again_once_it_is_mended(unusable: Any) -> None:
    asked = Asked(unusable)
    with pytest.raises(WorkflowIncomplete) as caught, unchanged():
        asked.answers({"b": "no pattern of the schema is asked about this"})
    assert caught.value.path == ("form_data",)
    assert caught.value.message.startswith("The form's schema cannot be used: ")
    DynamicForm.objects.update(form_schema=fields(b={"type": "integer"}))
    with pytest.raises(FormDataInvalid), unchanged():
        asked.answers({"b": "x"})
    assert asked.answers({"b": 1}).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_the_refusal_names_the_pattern() -> None:
    with pytest.raises(ValidationError) as caught:
        validate_form_schema(fields(a={"pattern": "^(?=.*x).+$"}))
    assert caught.value.messages == [
        "The form's schema cannot be used: the pattern “^(?=.*x).+$” cannot be matched in linear time"
        " (see RE2's syntax)."
    ]


@pytest.mark.parametrize(
    ("schema", "data"),
    [
        ({"$schema": DRAFT_3, "properties": {"a": {"type": "colour"}}}, {"a": "red"}),
        ({"$schema": DRAFT_4, "$ref": 5}, {"a": 1}),
        ({"$ref": "#/title", "title": "no schema"}, {"a": 1}),
        ({"$ref": "#/allOf/first", "allOf": [{}]}, {"a": 1}),
        ({"$ref": "#nowhere"}, {"a": 1}),
        ({"$ref": "http://[::1"}, {"a": 1}),
        ({"$id": "http://[::1"}, {"a": 1}),
        ({"unevaluatedItems": False, "$ref": "http://127.0.0.1:9/schema.json"}, {"a": 1}),
        ({"properties": {"a": {"$ref": "#/x/look"}}, "x": {"look": {"pattern": "(?=a)"}}}, {"a": "a"}),
    ],
)
def test_what_shows_itself_only_at_the_decision_is_a_refusal_too(schema: Any, data: Any) -> None:
    asked = Asked(schema)
    with pytest.raises(WorkflowIncomplete) as caught, unchanged():
        asked.answers(data)
    assert caught.value.path == ("form_data",)


@pytest.mark.parametrize(
    "schema",
    [{"$schema": 5}, {"$schema": ["a"]}, {"$schema": "http://[::1"}, {"required": "a"}, {"items": {"type": 1}}],
)
def test_what_is_no_json_schema_still_checks_nothing(schema: Any) -> None:
    validate_form_schema(schema)
    assert Asked(schema).answers({"a": [1]}).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize(("number", "fits"), [(10**400, True), (10**400 + 1, False)])
def test_a_number_beyond_all_floats_is_a_multiple_or_is_not(number: int, fits: bool) -> None:
    asked = Asked(fields(a={"multipleOf": 2.5}))
    if fits:
        assert asked.answers({"a": number}).outcome == StepOutcome.WORKFLOW_COMPLETED
    else:
        with pytest.raises(FormDataInvalid), unchanged():
            asked.answers({"a": number})


@pytest.mark.parametrize(
    "schema", [{}, {"fields": [{"name": "x"}]}, None, ["a list"], "text", fields(a={"pattern": "^x"})]
)
def test_a_form_that_can_be_used_is_stored(schema: Any) -> None:
    validate_form_schema(schema)
