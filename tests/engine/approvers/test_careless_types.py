"""Approver types that a project wrote carelessly: what they find, how they read, and what is registered beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.db import models
from django.utils.functional import lazy

from django_workflow_engine.approvals import ApproverType, Kind, Nobody, Parameter, approver_type, one_of
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions import approver_types
from django_workflow_engine.definitions.parts import StageFields
from django_workflow_engine.errors import InvalidDefinition, NoApprover
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, get_detailed_workflow_data
from tests.engine.approvers.test_custom_types import custom
from tests.factories import DocumentFactory, UserFactory, template_for
from tests.runs import asked
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
FAILED = "the approver type “careless” failed"
NOBODY = "“careless” finds nobody who is active"


@pytest.fixture(autouse=True)
def _registry(monkeypatch):
    monkeypatch.setattr(approver_types, "_registered", [*approver_types.registered_types()])


def careless(find: Callable[..., Any] = lambda self, asked: [], **attributes: Any) -> type[ApproverType]:
    """A type that is registered under the name `careless`."""
    named = {"name": "careless", "label": "careless", "find": find} | attributes
    return approver_type(type("Careless", (ApproverType,), named))


def fails_late(self, asked):
    yield from User.objects.all()
    raise LookupError("late")


def gives_nobody_without_a_reason(self, asked):
    raise Nobody


@pytest.mark.parametrize(
    ("find", "reason"),
    [
        (lambda self, asked: "".join(str(user.pk) for user in User.objects.all()), FAILED),
        (lambda self, asked: bytes(user.pk for user in User.objects.filter(pk__lt=256)), FAILED),
        (lambda self, asked: User.objects.in_bulk(), FAILED),
        (lambda self, asked: None, FAILED),
        (fails_late, FAILED),
        (gives_nobody_without_a_reason, NOBODY),
        (lambda self, asked: Group.objects.all(), NOBODY),
        (lambda self, asked: [None, User(username="unsaved")], NOBODY),
    ],
)
def test_what_is_no_list_of_users_asks_nobody(find, reason):
    careless(find)
    UserFactory()
    Group.objects.create(name="Board")
    template = template_for(3, [[custom("careless")]])
    document = DocumentFactory()
    with unchanged(), pytest.raises(NoApprover) as refused:
        attach_workflow_to_object(document, template)
    assert str(refused.value).endswith(f": {reason}.")


def test_a_type_that_cannot_be_made_asks_nobody():
    def fail(self):
        raise LookupError

    careless(__init__=fail)
    template = template_for(3, [[custom("careless")]])
    with pytest.raises(NoApprover, match=FAILED):
        attach_workflow_to_object(DocumentFactory(), template)


class Floor(models.IntegerChoices):
    GROUND = 0, "Ground"
    FIRST = 1, "First"


class Desk(models.TextChoices):
    BUYING = "Buying-Desk", "Buying"
    SELLING = "SELLING", "Selling"


@pytest.mark.parametrize(
    ("choices", "said", "stored"),
    [
        (Floor, 0, 0),
        (Floor, "first", 1),
        (Floor, 2, "“2” is none of: 0, 1."),
        (Floor, True, "“True” is none of: 0, 1."),
        (Desk, "Buying-Desk", "Buying-Desk"),
        (Desk, "selling", "SELLING"),
        (Desk, "Renting", "“Renting” is none of: Buying-Desk, SELLING."),
    ],
)
def test_choices_of_a_project_are_read_by_value_and_by_name(choices, said, stored):
    read = one_of(choices)
    careless(parameters={"at": Parameter(kind=Kind.CHOICE, read=read, label="at", description="At", choices=choices)})
    if isinstance(stored, str) and stored.endswith("."):
        with pytest.raises(InvalidDefinition) as refused:
            template_for(3, [[custom("careless", at=said)]])
        assert str(refused.value) == stored
    else:
        template = template_for(3, [[custom("careless", at=said)]])
        assert WorkFlow.objects.get(pk=template.pk).workflow_info["approvals"][0]["parameters"] == {"at": stored}


def raises(value, path, faults):
    raise LookupError("odd")


@pytest.mark.parametrize("read", [raises, lambda *given: {1, 2}, lambda *given: float("nan")])
def test_what_a_reader_cannot_read_is_refused_and_logged(read, caplog):
    kind = careless(parameters={"at": Parameter(kind=Kind.TEXT, read=lambda *given: "", label="at", description="At")})
    template = template_for(3, [[custom("careless", at="x")]])
    kind.parameters = {"at": Parameter(kind=Kind.TEXT, read=read, label="at", description="At")}
    told = "The approver type “careless” could not read this."
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        template_for(3, [[custom("careless", at="x")]])
    assert [(fault.code, fault.path, fault.message) for fault in refused.value.faults] == [
        (ErrorCode.INVALID, ("approvals", "0", "parameters"), told)
    ]
    assert "The parameters of the approver type careless could not be read" in caplog.text
    assert WorkFlow.objects.get(pk=template.pk).validate_completeness() == (False, told)
    (shown,) = get_detailed_workflow_data(workflow_id=template.pk)["approval_configuration"]["approvals"]
    assert shown["parameters"] == {"at": ""}


def test_null_is_a_parameter_that_was_left_out():
    template = template_for(3, [[custom("by_names", names="ann", on_floor=None)]])
    assert template.workflow_info["approvals"] == [custom("by_names", names="ann")]
    WorkFlow.objects.get(pk=template.pk).save()
    with pytest.raises(InvalidDefinition, match="takes no “colour”"):
        template_for(3, [[custom("by_names", names="ann", colour=None)]])


@pytest.mark.parametrize(("key", "told"), [(1, "1"), (None, "None"), ("x" * 101, "x" * 100 + "…")])
def test_a_key_that_is_no_parameter_is_told_as_text(key, told):
    approval = custom("by_names", names="ann") | {"parameters": {"names": "ann", key: 1}}
    with pytest.raises(InvalidDefinition) as refused:
        template_for(3, [[approval]])
    assert refused.value.path == ("approvals", "0", "parameters", told)
    with pytest.raises(Exception, match="An approval of this kind takes no") as error:
        WorkFlow(name_en="Purchases", strategy=3, workflow_info={"approvals": [approval]}).save()
    assert error.type.__name__ == "ValidationError"


@pytest.mark.parametrize(("name", "shown"), [("user", "user"), ("gone", "gone"), (5, "5"), ({"a": 1}, "{'a': 1}")])
def test_a_stored_name_that_is_none_of_the_project_s_is_shown_as_text(name, shown):
    template = template_for(3, [[custom("by_names", names="ann")]])
    wrong = {"approvals": [{"approval_type": "custom", "custom_type": name, "parameters": [1]}]}
    WorkFlow.objects.filter(pk=template.pk).update(workflow_info=wrong)
    stored = WorkFlow.objects.get(pk=template.pk)
    assert stored.validate_completeness() == (False, f"No approver type “{shown}” is registered.")
    (read,) = stored.tree().approvals
    assert (read.custom_type, read.type_label, read.parameters) == (shown, shown, None)


def test_what_cannot_be_used_is_in_nobody_s_way():
    class Nameless(ApproverType):
        label = "Nameless"

        def find(self, asked: Any) -> list[Any]:
            return []

    def fail() -> str:
        raise LookupError

    approver_type(Nameless)
    approver_type(StageFields)  # type: ignore[type-var]
    careless(label=lazy(fail, str)())
    UserFactory(username="ann")
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[custom("by_names", names="ann")]]))
    assert [user.username for user in asked(document)] == ["ann"]
    assert "by_names" in [kind.name for kind in approver_types.custom_types()]
    assert approver_types.conditions()["user_role"] == {"approval_type": ("role",)}
    assert [message.id for message in run_checks()] == ["django_workflow_engine.E033"] * 3
