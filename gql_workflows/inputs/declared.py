"""The fields of an input that follow from what a spec declares, and the way from an input to what the engine takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import strawberry

from django_workflow_engine.definitions.declared import Declared, Kind, changeable, declared, default_of
from gql_workflows.context import Context
from gql_workflows.inputs.conditions import ConditionInput
from gql_workflows.inputs.references import References, company_key
from gql_workflows.scalars.absent import given
from gql_workflows.types.kinds import type_of

if TYPE_CHECKING:
    from gql_workflows.inputs.approvals import ApprovalInput
    from gql_workflows.inputs.deadlines import DeadlineInput

_Input = TypeVar("_Input", bound=type[Any])
_Approval = Annotated["ApprovalInput", strawberry.lazy("gql_workflows.inputs.approvals")]
_Deadline = Annotated["DeadlineInput", strawberry.lazy("gql_workflows.inputs.deadlines")]
_KEYS: Final[Mapping[str, Callable[[References, Any], Any]]] = {
    "user": References.user,
    "role": References.role,
    "form": References.form,
    "department": References.department,
    "company": lambda references, value: company_key(value),
}


def creates(spec: type[Any]) -> Callable[[_Input], _Input]:
    """Give an input a field for each one that the spec declares; those of the class itself come behind.

    A default that says something is told to clients; what may be empty may be left out, or null.
    """
    fields = {name: _created(field, default_of(spec, name)) for name, field in declared(spec).items()}
    return _with_fields(spec, fields)


def changes(spec: type[Any]) -> Callable[[_Input], _Input]:
    """Give an input a field for each one that the spec declares and that may change: left out, it stays as it is."""
    fields = {name: (_type_of(field) | None, _changed(field)) for name, field in changeable(spec).items()}
    return _with_fields(spec, fields)


def _with_fields(spec: type[Any], fields: Mapping[str, tuple[Any, Any]]) -> Callable[[_Input], _Input]:
    def decorate(made: _Input) -> _Input:
        made.__annotations__ = {name: of for name, (of, _field) in fields.items()} | made.__annotations__
        for name, (_of, field) in fields.items():
            setattr(made, name, field)
        made.declared_by = spec
        return made

    return decorate


def _created(field: Declared, default: Any) -> tuple[Any, Any]:
    description, of = field.described(field.created), _type_of(field)
    if default is MISSING:
        return of, strawberry.field(description=description)
    if default is None or default in ("", (), {}):
        return of | None, strawberry.field(default=strawberry.UNSET, description=description)
    return of, strawberry.field(default=default, description=description)


def _changed(field: Declared) -> Any:
    return strawberry.field(default=strawberry.UNSET, description=field.described(field.changed))


def _type_of(field: Declared) -> Any:
    if field.kind is Kind.CONDITION:
        return ConditionInput
    if field.kind is Kind.DEADLINE:
        return _Deadline
    return list[_Approval] if field.kind is Kind.APPROVALS else type_of(field)


def references_for(context: Context, *inputs: Any) -> References:
    """The rows among those that the declared fields of these inputs name that the caller may name."""
    lists = [value for one in inputs for value in _values(one, lambda field: field.kind is Kind.APPROVALS)]
    return References(
        context,
        approvals=[approval for approvals in lists for approval in approvals],
        departments=[key for one in inputs for key in _values(one, lambda field: field.names == "department")],
    )


def _values(one: Any, of: Callable[[Declared], bool]) -> Iterator[Any]:
    """What was given for these fields of one input."""
    named = (name for name, field in changeable(one.declared_by).items() if of(field))
    return (value for value in (given(getattr(one, name)) for name in named) if value is not None)


def to_create(one: Any, references: References | None) -> dict[str, Any]:
    """The declared values of an input as the spec takes them, without those that were left out or null."""
    fields = declared(one.declared_by)
    values = {name: given(getattr(one, name)) for name in fields}
    return {name: _to_service(fields[name], value, references) for name, value in values.items() if value is not None}


def to_change(one: Any, references: References | None) -> dict[str, Any]:
    """The declared values of an input as a change set takes them: without those that were left out."""
    fields = changeable(one.declared_by)
    values = {name: getattr(one, name) for name in fields}
    return {
        name: None if value is None else _to_service(fields[name], value, references)
        for name, value in values.items()
        if value is not strawberry.UNSET
    }


def _to_service(field: Declared, value: Any, references: References | None) -> Any:
    if references is None:  # an action names no rows
        return value
    if field.kind is Kind.CONDITION:
        return value.as_json()
    if field.kind is Kind.DEADLINE:
        return value.to_service(references)
    if field.kind is Kind.APPROVALS:
        return [approval.to_service(references) for approval in value]
    return _KEYS[field.names](references, value) if field.kind is Kind.KEY else value
