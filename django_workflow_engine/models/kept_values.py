"""What is kept in a row's JSON beside its approvals, such as a colour: a wrong one is refused when it is new."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Model

from django_workflow_engine.definitions.approvals import parse_approvals
from django_workflow_engine.definitions.building import conditions_in
from django_workflow_engine.definitions.conditions.expressions import Expression, as_json
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.definitions.declared import Home, Kind, stored_in
from django_workflow_engine.errors import Fault, Path
from django_workflow_engine.models import verbs


def kept_value_faults(row: Model, column: str, spec: type[Any]) -> list[Fault]:
    """What is wrong with these values of a row; one that is stored already may stay as it is."""
    info = getattr(row, column)
    if not isinstance(info, dict):
        return []
    wrong = {name: faults for name in _names(spec) if (faults := _faults(info, name, column, spec))}
    stored = _stored(row, column) if wrong else {}
    return [fault for name, faults in wrong.items() if stored.get(name) != info[name] for fault in faults]


def condition_faults(row: Model, column: str) -> list[Fault]:
    """What is wrong with conditions of a row that are new: on the row itself, and on its approvals."""
    written = _conditions(getattr(row, column), column)
    if not written:
        return []
    known = {_text(condition) for _path, condition in _conditions(_stored(row, column), column)}
    return [*verbs.call("faults_for_any", [(path, one) for path, one in written if _text(one) not in known])]


def _text(condition: Expression) -> str:
    """The condition as it is written: as values, 1 and true are the same."""
    return json.dumps(as_json(condition))


def _conditions(info: Any, column: str) -> list[tuple[Path, Expression]]:
    """The conditions that an info object holds, with their paths."""
    if not isinstance(info, dict):
        return []
    own = read_condition(info.get("condition"), (column, "condition"), [])
    approvals = parse_approvals(info, path=(column,), faults=[])
    return [*([] if own is None else [((column, "condition"), own)]), *conditions_in(approvals, (column,))]


def _names(spec: type[Any]) -> list[str]:
    return [name for name, field in stored_in(spec, Home.INFO).items() if field.kind is not Kind.APPROVALS]


def _faults(info: dict[str, Any], name: str, column: str, spec: type[Any]) -> list[Fault]:
    faults: list[Fault] = []
    if info.get(name) is not None:
        stored_in(spec, Home.INFO)[name].read(info[name], (column, name), faults)
    return faults


def _stored(row: Model, column: str) -> dict[str, Any]:
    info = type(row)._base_manager.filter(pk=row.pk).values_list(column, flat=True).first()
    return info if isinstance(info, dict) else {}
