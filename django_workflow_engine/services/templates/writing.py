"""Writing single rows of a template: through `save()` and `delete()`, whose refusals become the engine's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.building import info_of
from django_workflow_engine.errors import Fault, InUse, InvalidDefinition
from django_workflow_engine.reading import isolated


def write(row: Model, values: Mapping[str, Any]) -> None:
    """Store these values of a row, and only these; all of them when the row is new."""
    for name, value in values.items():
        setattr(row, name, value)
    if row._state.adding or values:
        _save(row, None if row._state.adding else [*values])


def delete(row: Model) -> None:
    """Delete a row with all below it; raises InUse when something else still needs one of them."""
    try:
        row.delete()
    except (ProtectedError, RestrictedError) as error:
        raise InUse(_("“%s” is still in use.") % isolated(row), path=("id",)) from error


def into_info(values: dict[str, Any], info: Any) -> dict[str, Any]:
    """Take the colour and the approvals out of the values, and put them into what the info object stores."""
    stored = dict(info) if isinstance(info, Mapping) else {}
    if "color" in values:
        color = values.pop("color")
        stored = {key: value for key, value in stored.items() if key != "color"}
        stored |= {} if color is None else {"color": color}
    if "approvals" in values:
        approvals: tuple[ApprovalConfiguration, ...] = values.pop("approvals")
        stored = info_of(stored, approvals)
    return stored


def _save(row: Model, fields: list[str] | None) -> None:
    try:
        row.save(update_fields=fields)
    except ValidationError as error:
        raise InvalidDefinition(faults_of(error)) from error


def faults_of(error: ValidationError) -> list[Fault]:
    """What `save()` refused, as faults: their codes, and the paths that the rules gave them."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    return [_fault(field, one) for field, errors in by_field.items() for one in errors]


def _fault(field: str, error: ValidationError) -> Fault:
    params = error.params or {}
    code = ErrorCode(error.code) if error.code in ErrorCode.values else ErrorCode.INVALID
    path = params.get("path") or ((field,) if field else ())
    return Fault(code=code, message=params.get("message") or error.messages[0], path=path)
