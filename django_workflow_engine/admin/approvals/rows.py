"""Approvals between their two shapes: the list in stored JSON, and the values of the rows of a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django_workflow_engine.choices import StepType
from django_workflow_engine.definitions.approvals import DESCRIPTIONS, ApprovalConfiguration
from django_workflow_engine.definitions.declared import Kind, declared
from django_workflow_engine.definitions.named_choices import find_choice

REST: Final = "rest"  # the field of a row that keeps what no field is for
KEYS: Final = declared(ApprovalConfiguration)
Row = dict[str, Any]


class NoRows(ValueError):
    """What is stored cannot be shown as rows without losing something of it."""


def rows_of(info: Any) -> list[Row]:
    """The values of one row for each approval of a stored info object; raises NoRows."""
    if not isinstance(info, Mapping):
        raise NoRows
    approvals = info.get("approvals")
    if approvals is None:
        return []
    if not isinstance(approvals, list):
        raise NoRows
    return [_row_of(approval) for approval in approvals]


def rest_of(info: Mapping[str, Any]) -> dict[str, Any]:
    """The info object without its approvals: the keys that the rows do not hold, in their order."""
    return {**info, "approvals": []} if "approvals" in info else dict(info)


def info_of(rest: Mapping[str, Any], approvals: list[dict[str, Any]]) -> dict[str, Any]:
    """The info object of these other keys and these approvals."""
    return {**rest, "approvals": approvals} if approvals or "approvals" in rest else dict(rest)


def approval_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The approval that a row describes; what was left empty has no key."""
    given = {key: value for key, value in row.items() if key in KEYS and value not in (None, "")}
    if given.get("step_approval_type") == StepType.APPROVE:
        del given["step_approval_type"]  # what an approval asks that says nothing
    return {**given, **(row.get(REST) or {})}


def _row_of(approval: Any) -> Row:
    if not isinstance(approval, Mapping):
        raise NoRows
    row = {key: _shown(key, approval[key]) for key in approval.keys() & KEYS.keys() if approval[key] is not None}
    rest = {key: value for key, value in approval.items() if key not in {*KEYS, *DESCRIPTIONS}}
    return {**row, REST: rest} if rest else row


def _shown(key: str, value: Any) -> Any:
    """The value as the row's field takes it."""
    shown = _AS_SHOWN[KEYS[key].kind](value, KEYS[key].choices)
    if shown is None:
        raise NoRows
    return shown


def _choice(value: Any, choices: Any) -> Any:
    return find_choice(choices, value)


def _key(value: Any, choices: Any) -> int | str | None:
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _text(value: Any, choices: Any) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Any, choices: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _number(value: Any, choices: Any) -> int | float | None:
    """The number, without a fraction that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


_AS_SHOWN: Final[Mapping[Kind, Callable[[Any, Any], Any]]] = {
    Kind.CHOICE: _choice,
    Kind.KEY: _key,
    Kind.NUMBER: _number,
    Kind.DECIMAL: _number,
    Kind.TEXT: _text,
    Kind.JSON: _object,
    Kind.CONDITION: _object,
    Kind.DEADLINE: _object,
}
