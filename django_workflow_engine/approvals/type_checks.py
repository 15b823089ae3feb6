"""What is wrong with the approver types that a project registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import isabstract, isasyncgenfunction, iscoroutinefunction, signature
from typing import Any, Final

from django.core.checks import CheckMessage, Error
from django.db.models import Choices
from django.utils.functional import Promise

from django_workflow_engine import conf
from django_workflow_engine.choices import RoleSelectionStrategy
from django_workflow_engine.definitions.approval_keys import Parameter
from django_workflow_engine.definitions.approver_types import BUILT_IN, ApproverType, registered_types, type_named
from django_workflow_engine.definitions.declared import Kind

SHARED: Final = (RoleSelectionStrategy.ANYONE, RoleSelectionStrategy.CONSENSUS, RoleSelectionStrategy.MAJORITY)
_LONGEST_NAME: Final = 50
_OF_TEMPLATES: Final = (Kind.APPROVALS, Kind.CHOICES, Kind.CONDITION, Kind.DEADLINE, Kind.DURATION, Kind.DURATIONS)


def approver_types() -> Iterator[CheckMessage]:
    """A message for each class that is registered as an approver type and cannot be one."""
    for kind in registered_types():
        problem = _problem(kind)
        if problem is not None:
            yield Error(
                f"The approver type {getattr(kind, '__qualname__', kind)} {problem}.",
                hint="Register a subclass of ApproverType with a name and a label of its own, Parameters by their "
                "names, and a method `find(self, asked)` that gives users.",
                id=f"{conf.APP}.E033",
            )


def _problem(kind: Any) -> str | None:
    if not (isinstance(kind, type) and issubclass(kind, ApproverType)):
        return "is no subclass of ApproverType"
    problems = (_of_name(kind), _of_words(kind), _of_parameters(kind), _of_sharing(kind), _of_find(kind))
    return next(filter(None, problems), None)


def _of_name(kind: type[ApproverType]) -> str | None:
    name: Any = getattr(kind, "name", None)
    if not isinstance(name, str) or (not name.isidentifier() and name not in BUILT_IN) or len(name) > _LONGEST_NAME:
        return f"has the name {name!r}, which is no identifier of at most {_LONGEST_NAME} characters"
    if type_named(name) is not kind:
        return f"has the name {name!r}, which another one has"
    return None


def _of_words(kind: type[ApproverType]) -> str | None:
    label: Any = getattr(kind, "label", "")
    try:
        return None if isinstance(label, str | Promise) and str(label) else "has no label"
    except Exception as error:  # a lazy text is the project's code
        return f"has a label that raises {type(error).__name__}"


def _of_parameters(kind: type[ApproverType]) -> str | None:
    parameters: Any = kind.parameters
    if not isinstance(parameters, Mapping):
        return "has parameters that are no mapping"
    wrong = [(name, problem) for name, one in parameters.items() if (problem := _of_parameter(name, one)) is not None]
    return f"has a parameter {wrong[0][0]!r} that {wrong[0][1]}" if wrong else None


def _of_parameter(name: Any, one: Any) -> str | None:
    if not str(name).isidentifier() or not isinstance(one, Parameter):
        return "is no Parameter under an identifier"
    if not isinstance(one.kind, Kind) or one.kind in _OF_TEMPLATES:
        return f"is of the kind {one.kind!r}, which no parameter has"
    if not callable(one.read):
        return "has a reader that cannot be called"
    choices: Any = one.choices
    are_choices = isinstance(choices, type) and issubclass(choices, Choices)
    if are_choices is not (one.kind is Kind.CHOICE) or (choices is not None and not are_choices):
        return "needs Django's Choices where it is a CHOICE, and none elsewhere"
    return None


def _of_sharing(kind: type[ApproverType]) -> str | None:
    return None if kind.sharing in SHARED else f"has the sharing {kind.sharing!r}, which is none of {', '.join(SHARED)}"


def _of_find(kind: type[ApproverType]) -> str | None:
    if isabstract(kind):
        return "leaves a method of ApproverType out"
    if iscoroutinefunction(kind.find) or isasyncgenfunction(kind.find):
        return "has an asynchronous `find`"
    takes = [parameter.kind for parameter in signature(kind.find).parameters.values()]
    return None if len(takes) == 2 else "has a `find` that takes something else than what is asked"
