"""What is kept in a row's JSON beside its approvals, such as a colour: a wrong one is refused when it is new."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.definitions.declared import Home, Kind, stored_in
from django_workflow_engine.errors import Fault


def kept_value_faults(row: Model, column: str, spec: type[Any]) -> list[Fault]:
    """What is wrong with these values of a row; one that is stored already may stay as it is."""
    info = getattr(row, column)
    if not isinstance(info, dict):
        return []
    wrong = {name: faults for name in _names(spec) if (faults := _faults(info, name, column, spec))}
    stored = _stored(row, column) if wrong else {}
    return [fault for name, faults in wrong.items() if stored.get(name) != info[name] for fault in faults]


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
