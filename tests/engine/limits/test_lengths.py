"""The limits of stored lengths: exactly the limit passes, one more is refused at its path, by every way in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from django_workflow_engine import conf
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.changes import ActionChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import ActionSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidDefinition, InvalidInput
from django_workflow_engine.models import AttachmentAtEvent, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.serializers import StageSerializer, WorkflowApprovalSerializer, WorkFlowSerializer
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    create_action,
    create_stage,
    create_workflow,
    delegate_step,
    escalate_step,
    reject_step,
    request_resubmission,
    update_action,
    update_stage,
    update_workflow,
)
from tests.engine.admin.pages import Admin, errors
from tests.engine.serializers.forms import context_of
from tests.engine.templates.trees import FLAT, INVALID, NOTIFY, STAGED, complete, notify, refused, stage_of
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import attachment_of, history, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
LIMITS = {"MAX_TEXT_LENGTH": 300, "MAX_JSON_LENGTH": 400, "MAX_JSON_DEPTH": 4, "MAX_JSON_ITEMS": 20}
ALL = [{"note": "x" * 389}, [[[[]]]], {str(number): number for number in range(20)}]
TOO_MUCH = [{"note": "x" * 390}, [[[[[]]]]], {str(number): number for number in range(21)}]
SAYS = [
    "JSON may have at most 400 characters here.",
    "JSON may be at most 4 levels deep here.",
    "JSON may hold at most 20 values here.",
]
BOTH = pytest.mark.parametrize(
    ("fits", "exceeds", "says"), [*zip(ALL, TOO_MUCH, SAYS, strict=True)], ids=["characters", "levels", "values"]
)


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | LIMITS


@pytest.fixture
def boss() -> Any:
    return UserFactory()


def running(boss: Any) -> Any:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(FLAT, [[by_user(boss)]]), boss)
    return document


def as_object(value: Any) -> dict[str, Any]:
    """The value where only an object is taken: a list becomes one of as many levels."""
    return {"list": value[0]} if isinstance(value, list) else value


def told(error: ValidationError) -> list[tuple[str, str]]:
    return [(field, problem.code) for field, problems in error.error_dict.items() for problem in problems]


def test_the_sizes_of_these_tests_are_at_the_limit():
    assert [len(json.dumps(value, separators=(",", ":"))) for value in (ALL[0], TOO_MUCH[0])] == [400, 401]


VERBS: dict[str, Any] = {
    "approve": lambda document, boss, text: approve_step(step_id=seat(document, boss).pk, actor=boss, comment=text),
    "reject": lambda document, boss, text: reject_step(step_id=seat(document, boss).pk, actor=boss, reason=text),
    "send back": lambda document, boss, text: request_resubmission(
        step_id=seat(document, boss).pk, actor=boss, reason=text
    ),
    "cancel": lambda document, boss, text: cancel_workflow(
        attachment_id=attachment_of(document).pk, actor=boss, reason=text
    ),
    "delegate": lambda document, boss, text: delegate_step(
        step_id=seat(document, boss).pk, actor=boss, user_id=UserFactory().pk, reason=text
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_comment_or_reason_ends_at_the_limit(verb: str, boss: Any) -> None:
    document = running(boss)
    with pytest.raises(InvalidInput) as caught, unchanged():
        VERBS[verb](document, boss, "ع" * 301)
    assert (caught.value.code, caught.value.path) == (INVALID, ("comment" if verb == "approve" else "reason",))
    assert caught.value.message == "At most 300 characters are allowed here."
    VERBS[verb](document, boss, "ع" * 300)
    assert "ع" * 300 in {comment for _kind, comment in history(document, "comment")}


def test_a_reason_for_an_escalation_ends_at_the_limit(boss: Any) -> None:
    document = running(boss)
    with pytest.raises(InvalidInput) as caught, unchanged():
        escalate_step(step_id=seat(document, boss).pk, actor=boss, reason="x" * 301)
    assert caught.value.path == ("reason",)


def test_blanks_beyond_the_limit_are_too_long_and_not_missing(boss: Any) -> None:
    document = running(boss)
    with pytest.raises(InvalidInput) as caught, unchanged():
        reject_step(step_id=seat(document, boss).pk, actor=boss, reason=" " * 301)
    assert (caught.value.code, caught.value.path) == (INVALID, ("reason",))


@pytest.mark.parametrize(("action", "name"), [("APPROVED", "comment"), ("APPROVED", "reason"), ("REJECTED", "reason")])
def test_a_decision_s_form_says_so_before_it_is_saved(action: str, name: str, boss: Any) -> None:
    document = running(boss)
    form = WorkflowApprovalSerializer(document, {"action": action, name: "x" * 301}, context=context_of(boss))
    assert not form.is_valid()
    assert {field: [problem.code for problem in problems] for field, problems in form.errors.items()} == {
        name: [ErrorCode.INVALID.value]
    }


@BOTH
def test_form_data_ends_at_the_limits(fits: Any, exceeds: Any, says: str, boss: Any) -> None:
    document = running(boss)
    with pytest.raises(InvalidInput) as caught, unchanged():
        approve_step(step_id=seat(document, boss).pk, actor=boss, form_data=as_object(exceeds))
    assert (caught.value.code, caught.value.path, caught.value.message) == (INVALID, ("form_data",), says)
    approve_step(step_id=seat(document, boss).pk, actor=boss, form_data=as_object(fits))
    assert attachment_of(document).status == "completed"


@BOTH
def test_metadata_ends_at_the_limits(fits: Any, exceeds: Any, says: str, boss: Any) -> None:
    document, template = DocumentFactory(), template_for(FLAT, [[by_user(boss)]])
    with pytest.raises(InvalidInput) as caught, unchanged():
        attach_workflow_to_object(document, template, metadata=as_object(exceeds))
    assert (caught.value.code, caught.value.path, caught.value.message) == (INVALID, ("metadata",), says)
    attach_workflow_to_object(document, template, metadata=as_object(fits))
    assert attachment_of(document).metadata == as_object(fits)


def test_metadata_that_an_action_saves_ends_at_the_limits(boss: Any) -> None:
    attachment = AttachmentAtEvent.objects.get(pk=attachment_of(running(boss)).pk)
    attachment.metadata = TOO_MUCH[0]
    with pytest.raises(ValidationError) as caught, unchanged():
        attachment.save()
    assert told(caught.value) == [("metadata", "INVALID")]
    attachment.metadata = ALL[0]
    attachment.save()
    assert AttachmentAtEvent.objects.get().metadata == ALL[0]


@BOTH
def test_what_a_stage_holds_for_forms_ends_at_the_limits(fits: Any, exceeds: Any, says: str) -> None:
    stage = stage_of(complete(STAGED))
    new = StageSpec(name_en="More", form_info=exceeds)
    assert refused(create_stage, pipeline_id=stage.pipeline_id, stage=new) == [(INVALID, ("stage", "form_info"))]
    assert refused(update_stage, id=stage.pk, changes=StageChanges(form_info=exceeds)) == [(INVALID, ("form_info",))]
    form = StageSerializer(stage, {"form_info": exceeds}, partial=True)
    assert not form.is_valid()
    assert form.errors == {"form_info": [says]}
    stage.form_info = exceeds
    with pytest.raises(ValidationError) as caught, unchanged():
        stage.save()
    assert told(caught.value) == [("form_info", "INVALID")]
    update_stage(id=stage.pk, changes=StageChanges(form_info=fits))
    assert Stage.objects.get(pk=stage.pk).form_info == fits


@BOTH
def test_the_parameters_of_an_action_end_at_the_limits(fits: Any, exceeds: Any, says: str) -> None:
    fits, exceeds = as_object(fits), as_object(exceeds)
    template = complete(STAGED)
    path = ("action", "parameters")
    assert refused(create_action, workflow_id=template.pk, action=notify(parameters=exceeds)) == [(INVALID, path)]
    action = create_action(workflow_id=template.pk, action=notify(parameters=fits))
    assert action.parameters == fits
    changes = ActionChanges(parameters=exceeds)
    assert refused(update_action, id=action.pk, changes=changes) == [(INVALID, ("parameters",))]
    row = WorkflowAction(workflow=template, action_type="after_approve", function_path=NOTIFY, parameters=exceeds)
    with pytest.raises(ValidationError) as caught, unchanged():
        row.save()
    assert told(caught.value) == [("parameters", "INVALID")]


@pytest.mark.parametrize("model", ["workflow", "pipeline", "stage"])
def test_unknown_keys_of_an_info_object_count_too(model: str) -> None:
    template = complete(STAGED)
    row: Any = {"workflow": template, "pipeline": template.pipelines.get(), "stage": stage_of(template)}[model]
    field = f"{model}_info"
    kept = getattr(row, field)
    room = 400 - len(json.dumps({**kept, "note": ""}, separators=(",", ":")))
    setattr(row, field, {**kept, "note": "x" * (room + 1)})
    with pytest.raises(ValidationError) as caught, unchanged():
        row.save()
    assert told(caught.value) == [(field, "INVALID")]
    setattr(row, field, {**kept, "note": "x" * room})
    row.save()
    row.refresh_from_db()
    assert getattr(row, field)["note"] == "x" * room


def test_a_description_ends_at_the_limit() -> None:
    spec = WorkflowSpec(name_en="Purchases", description="x" * 301)
    assert refused(create_workflow, spec=spec) == [(INVALID, ("description",))]
    template = complete(FLAT)
    changes = WorkflowChanges(description="x" * 301)
    assert refused(update_workflow, id=template.pk, changes=changes) == [(INVALID, ("description",))]
    form = WorkFlowSerializer(template, {"description": "x" * 301}, partial=True)
    assert not form.is_valid()
    assert form.errors == {"description": ["At most 300 characters are allowed here."]}
    with pytest.raises(ValidationError) as caught, unchanged():
        WorkFlow.objects.create(name_en="Purchases", description="x" * 301)
    assert told(caught.value) == [("description", "INVALID")]
    update_workflow(id=template.pk, changes=WorkflowChanges(description="x" * 300))
    template.refresh_from_db()
    assert template.description == "x" * 300


def test_a_name_that_no_column_takes_is_refused_by_save_on_every_database() -> None:
    with pytest.raises(ValidationError) as caught, unchanged():
        WorkFlow.objects.create(name_en="x" * 256)
    assert told(caught.value) == [("name_en", "INVALID")]


def test_what_is_stored_and_too_large_now_may_stay_while_something_else_changes() -> None:
    stage = stage_of(complete(STAGED))
    Stage.objects.filter(pk=stage.pk).update(form_info=TOO_MUCH[0])
    stage = update_stage(id=stage.pk, changes=StageChanges(name_en="Renamed"))
    assert (stage.name_en, stage.form_info) == ("Renamed", TOO_MUCH[0])
    stage.form_info = {**TOO_MUCH[0], "more": 1}
    with pytest.raises(ValidationError), unchanged():
        stage.save()


def test_a_message_does_not_repeat_a_long_value() -> None:
    with override_settings(DJANGO_WORKFLOW_ENGINE={}), pytest.raises(InvalidDefinition) as caught:
        create_workflow(spec=WorkflowSpec(name_en="a", status="x" * 50_000))  # type: ignore[arg-type]
    assert len(str(caught.value)) < 300


def test_a_function_path_that_is_too_long_is_told_at_its_path() -> None:
    template, action = complete(FLAT), ActionSpec(action_type="after_approve", function_path="a." * 50_000)
    assert refused(create_action, workflow_id=template.pk, action=action) == [
        (INVALID, ("action", "function_path")),
        (ErrorCode.ACTION_NOT_REGISTERED, ("action", "function_path")),
    ]


@pytest.mark.parametrize("wrong", [0, -1, "many", None, True, 2.5])
@pytest.mark.parametrize("name", [name for name in conf.OPTIONS if name.startswith("MAX_")])
def test_a_limit_that_is_none_counts_as_the_default(name: str, wrong: Any) -> None:
    with override_settings(DJANGO_WORKFLOW_ENGINE={name: wrong}):
        assert conf.limit(name) == conf.OPTIONS[name]


@pytest.mark.parametrize(("field", "value"), [("stage_info", {"note": "x" * 400}), ("form_info", TOO_MUCH[0])])
def test_the_admin_says_so_at_the_field(field: str, value: Any, admin_client: Any) -> None:
    stage = stage_of(complete(STAGED))
    with unchanged():
        page = Admin(admin_client).save(stage, **{field: json.dumps(value)})
    assert list(errors(page)) == [field]
    assert errors(page)[field][0].endswith("JSON may have at most 400 characters here.")
