"""What a decision asks: approve, submit with a form, check in and verify, move on."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import (
    Forbidden,
    FormDataInvalid,
    FormDataRequired,
    FormNotAccepted,
    InvalidInput,
    NoApprover,
    WorkflowIncomplete,
)
from django_workflow_engine.services import approve_step, attach_workflow_to_object, reject_step
from gql_workflows.demo.models import DynamicForm
from tests.factories import (
    STRATEGIES,
    DocumentFactory,
    UserFactory,
    by_role,
    by_self,
    by_user,
    group_of,
    template_for,
)
from tests.runs import asked, history, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
SCHEMA = {
    "type": "object",
    "required": ["budget", "lines"],
    "properties": {
        "budget": {"type": "string", "minLength": 3},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
    },
}
GOOD = {"budget": "BDG-1", "lines": [{"price": 3}]}


@pytest.fixture(autouse=True)
def forms(settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"


@pytest.fixture
def approver() -> User:
    return UserFactory()


def running(strategy: int, approver: User, **fields: Any) -> Any:
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(approver) | fields]]), UserFactory())
    return document


def form(schema: Any = None) -> DynamicForm:
    return DynamicForm.objects.create(name="Review", form_schema={} if schema is None else schema)


def decide(document: Any, approver: User, **fields: Any) -> Any:
    return approve_step(step_id=seat(document, approver).pk, actor=approver, **fields)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("step_type", ["approve", "submit", "check_in_verify"])
def test_a_required_form_needs_data_that_fits_and_keeps_it(strategy: int, step_type: str, approver: User) -> None:
    document = running(strategy, approver, step_approval_type=step_type, required_form=form(SCHEMA).pk)
    if step_type == "check_in_verify":
        assert decide(document, approver).outcome == StepOutcome.CHECKED_IN
    for empty in (None, {}):
        with unchanged(), pytest.raises(FormDataRequired) as refused:
            decide(document, approver, form_data=empty)
        assert refused.value.path == ("form_data",)
    bad = {"budget": "x", "lines": [{"price": 1}, {"price": "dear"}]}
    with unchanged(), pytest.raises(FormDataInvalid) as invalid:
        decide(document, approver, form_data=bad)
    assert [fault.path for fault in invalid.value.faults] == [
        ("form_data", "budget"),
        ("form_data", "lines", "1", "price"),
    ]
    decision = decide(document, approver, form_data=GOOD)
    assert decision.outcome == StepOutcome.WORKFLOW_COMPLETED
    decision.step.refresh_from_db()
    assert decision.step.form_data == GOOD


@pytest.mark.parametrize("data", [[1], "x", 3, {"a": "\x00"}, {"a": float("nan")}])
def test_form_data_is_a_json_object(approver: User, data: Any) -> None:
    document = running(3, approver)
    with unchanged(), pytest.raises(InvalidInput) as refused:
        decide(document, approver, form_data=data)
    assert refused.value.path == ("form_data",)


@pytest.mark.parametrize("schema", [{"fields": [{"name": "x"}]}, {"type": "no such type"}, ["a list"], {}])
def test_a_schema_that_is_no_json_schema_checks_nothing(approver: User, schema: Any) -> None:
    document = running(3, approver, required_form=form(schema).pk)
    assert decide(document, approver, form_data={"anything": 1}).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_a_remote_reference_is_never_followed(approver: User) -> None:
    document = running(3, approver, required_form=form({"$ref": "http://127.0.0.1:9/schema.json"}).pk)
    with unchanged(), pytest.raises(WorkflowIncomplete):
        decide(document, approver, form_data={"anything": 1})


def test_a_form_that_is_gone_is_told(approver: User) -> None:
    document = running(3, approver, required_form=form().pk)
    DynamicForm.objects.all().delete()
    with unchanged(), pytest.raises(WorkflowIncomplete):
        decide(document, approver, form_data={"anything": 1})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_move_takes_no_form_data(strategy: int, approver: User) -> None:
    document = running(strategy, approver, step_approval_type="move")
    with unchanged(), pytest.raises(FormNotAccepted) as refused:
        decide(document, approver, form_data={"a": 1})
    assert refused.value.path == ("form_data",)
    assert decide(document, approver).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_check_in_comes_before_the_verification(strategy: int, approver: User) -> None:
    document = running(strategy, approver, step_approval_type="check_in_verify")
    first = decide(document, approver, comment="here")
    assert (first.outcome, asked(document)) == (StepOutcome.CHECKED_IN, [approver])
    kept = seat(document, approver).extra_fields
    assert (kept["checked_in"], kept["checked_in_by"]) == (True, approver.username)
    assert kept["checked_in_at"]
    assert decide(document, approver).outcome == StepOutcome.WORKFLOW_COMPLETED
    assert history(document, "comment")[2:4] == [("checked_in", "here"), ("approved", "")]


def forbid_self_approval(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | {"FORBID_SELF_APPROVAL": True}


def own_document(own: str, person: User) -> tuple[Any, User]:
    """A document that the person created, or whose run the person starts; and who starts it."""
    document = DocumentFactory(created_by=person if own == "created" else None)
    return document, person if own == "started" else UserFactory()


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("own", ["created", "started"])
def test_a_seat_that_was_given_before_is_not_decided_by_the_objects_own_person(
    strategy: int, own: str, approver: User, settings: Any
) -> None:
    document, starter = own_document(own, approver)
    attach_workflow_to_object(document, template_for(strategy, [[by_user(approver), by_self()]]), starter)
    forbid_self_approval(settings)
    step = seat(document, approver)
    with unchanged(), pytest.raises(Forbidden):
        approve_step(step_id=step.pk, actor=approver)
    with unchanged(), pytest.raises(Forbidden):
        reject_step(step_id=step.pk, actor=approver, reason="no")


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("own", ["created", "started"])
def test_a_position_that_asks_the_objects_own_person_alone_is_not_entered(
    strategy: int, own: str, approver: User, settings: Any
) -> None:
    forbid_self_approval(settings)
    document, starter = own_document(own, approver)
    for approval in (by_user(approver), by_role(group_of(approver))):
        template = template_for(strategy, [[approval]])
        with unchanged(), pytest.raises(NoApprover):
            attach_workflow_to_object(document, template, starter)


@pytest.mark.parametrize("own", ["created", "started"])
def test_a_consensus_does_not_wait_for_the_objects_own_person(own: str, approver: User, settings: Any) -> None:
    forbid_self_approval(settings)
    document, starter = own_document(own, approver)
    other = UserFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(approver, other), "consensus")]]), starter)
    assert asked(document) == [other]
    assert decide(document, other).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_a_self_approval_is_ones_own_to_decide(approver: User, settings: Any) -> None:
    forbid_self_approval(settings)
    document = DocumentFactory(created_by=approver)
    attach_workflow_to_object(document, template_for(3, [[by_self()]]), approver)
    assert decide(document, approver).outcome == StepOutcome.WORKFLOW_COMPLETED
