"""What `check` tells of the approver types that a project registers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks

from django_workflow_engine.approvals import ApproverType, Kind, Parameter, approver_type, read_text
from django_workflow_engine.choices import RoleSelectionStrategy
from django_workflow_engine.definitions import approver_types

CHOICES = "needs Django's Choices where it is a CHOICE, and none elsewhere"


class Right(ApproverType):
    name = "right"
    label = "Right"

    def find(self, asked: Any) -> list[Any]:
        return []


class NoName(Right):
    name = "no name"


class TooLong(Right):
    name = "x" * 51


class Taken(Right):
    name = "user"


class NoLabel(Right):
    label = ""


class NoParameters(Right):
    parameters = ["a"]  # type: ignore[assignment]


class NoParameter(Right):
    parameters = {"a": 1}  # type: ignore[dict-item]


def parameter(**said: Any) -> dict[str, Parameter]:
    return {"a": Parameter(**({"kind": Kind.TEXT, "read": read_text, "label": "A", "description": "A"} | said))}


class LabelIsNone(Right):
    label = None  # type: ignore[assignment]


class NoKind(Right):
    parameters = parameter(kind=Kind.APPROVALS)


class NoReader(Right):
    parameters = parameter(read=None)


class NoChoices(Right):
    parameters = parameter(kind=Kind.CHOICE)


class ListOfChoices(Right):
    parameters = parameter(kind=Kind.CHOICE, choices=["a"])


class ChoicesOfText(Right):
    parameters = parameter(choices=RoleSelectionStrategy)


class Counts(Right):
    sharing = RoleSelectionStrategy.QUORUM


class Waits(Right):
    async def find(self, asked: Any) -> list[Any]:  # type: ignore[override]
        return []


class TakesMore(Right):
    def find(self, asked: Any, more: Any) -> list[Any]:  # type: ignore[override]
        return []


class Abstract(ApproverType):
    name = "abstract"
    label = "Abstract"


class Anything:
    name = "anything"


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (NoName, "has the name 'no name', which is no identifier of at most 50 characters"),
        (TooLong, f"has the name {'x' * 51!r}, which is no identifier of at most 50 characters"),
        (Taken, "has the name 'user', which another one has"),
        (NoLabel, "has no label"),
        (NoParameters, "has parameters that are no mapping"),
        (NoParameter, "has a parameter 'a' that is no Parameter under an identifier"),
        (LabelIsNone, "has no label"),
        (NoKind, f"has a parameter 'a' that is of the kind {Kind.APPROVALS!r}, which no parameter has"),
        (NoReader, "has a parameter 'a' that has a reader that cannot be called"),
        (NoChoices, f"has a parameter 'a' that {CHOICES}"),
        (ListOfChoices, f"has a parameter 'a' that {CHOICES}"),
        (ChoicesOfText, f"has a parameter 'a' that {CHOICES}"),
        (
            Counts,
            f"has the sharing {RoleSelectionStrategy.QUORUM!r}, which is none of anyone, consensus, majority",
        ),
        (Waits, "has an asynchronous `find`"),
        (TakesMore, "has a `find` that takes something else than what is asked"),
        (Abstract, "leaves a method of ApproverType out"),
        (Anything, "is no subclass of ApproverType"),
    ],
)
def test_what_cannot_be_an_approver_type_is_told(kind, problem, monkeypatch):
    monkeypatch.setattr(approver_types, "_registered", [*approver_types.registered_types()])
    assert [message.id for message in run_checks()] == []
    approver_type(kind)
    (message,) = run_checks()
    assert (message.id, message.msg) == (
        "django_workflow_engine.E033",
        f"The approver type {kind.__qualname__} {problem}.",
    )


def test_a_right_one_is_taken(monkeypatch):
    monkeypatch.setattr(approver_types, "_registered", [*approver_types.registered_types()])
    assert approver_type(Right) is Right
    assert run_checks() == []
    assert (approver_types.type_named("right"), Right in approver_types.custom_types()) == (Right, True)
